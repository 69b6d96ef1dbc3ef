-- Sources that are crawled by themselves. `next_at` is when the next run begins; a tick that began none says why.

ALTER TABLE sources
  ADD COLUMN cron text COLLATE "C" NOT NULL DEFAULT '' CHECK (char_length(cron) <= 100),
  ADD COLUMN time_zone text COLLATE "C" NOT NULL DEFAULT '' CHECK (char_length(time_zone) <= 100),
  ADD COLUMN every_seconds integer NOT NULL DEFAULT 0 CHECK (every_seconds >= 0),
  ADD COLUMN suspended boolean NOT NULL DEFAULT false,
  ADD COLUMN next_at timestamptz,
  ADD COLUMN skipped_at timestamptz,
  ADD COLUMN skipped_because text COLLATE "C" NOT NULL DEFAULT ''
    CHECK (skipped_because IN ('', 'overlap', 'limit', 'refused')),
  ADD CONSTRAINT scheduled_one_way CHECK (cron = '' OR every_seconds = 0),
  ADD CONSTRAINT due_by_schedule CHECK (next_at IS NULL OR (NOT suspended AND (cron <> '' OR every_seconds > 0)));
CREATE INDEX sources_due ON sources (next_at) WHERE next_at IS NOT NULL;

DROP VIEW sources_with_runs;
CREATE VIEW sources_with_runs WITH (security_invoker = true) AS
SELECT source.*, coalesce(good.job_id, '') AS current_job_id, coalesce(newest.job_id, '') AS newest_job_id,
  coalesce(newest.state, '') AS newest_state, newest.created_at AS newest_created_at
FROM sources AS source
LEFT JOIN LATERAL (SELECT job_id FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id AND job.state = 'completed'
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS good ON true
LEFT JOIN LATERAL (SELECT job_id, state, created_at FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS newest ON true;
GRANT SELECT ON sources_with_runs TO docspasta_app;

-- Maintenance sees which sources are due, and no more of them.
CREATE POLICY found_sources ON sources FOR SELECT TO docspasta_tend USING (true);
GRANT SELECT (user_id, source_id, next_at) ON sources TO docspasta_tend;
