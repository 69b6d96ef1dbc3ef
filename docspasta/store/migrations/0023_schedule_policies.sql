-- What a schedule does when a run is under way at its tick, and with a tick that could not begin in time.

ALTER TABLE sources
  ADD COLUMN overlap text COLLATE "C" NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue', 'replace')),
  ADD COLUMN missed text COLLATE "C" NOT NULL DEFAULT 'once' CHECK (missed IN ('once', 'skip')),
  ADD COLUMN start_within_seconds integer NOT NULL DEFAULT 0 CHECK (start_within_seconds >= 0), -- 0: however late
  DROP CONSTRAINT sources_skipped_because_check,
  ADD CONSTRAINT sources_skipped_because_check
    CHECK (skipped_because IN ('', 'overlap', 'limit', 'refused', 'missed'));
GRANT SELECT (overlap) ON sources TO docspasta_tend;

DROP VIEW sources_with_runs;
CREATE VIEW sources_with_runs WITH (security_invoker = true) AS
SELECT source.*, coalesce(good.job_id, '') AS current_job_id, coalesce(newest.job_id, '') AS newest_job_id,
  coalesce(newest.state, '') AS newest_state, newest.created_at AS newest_created_at,
  coalesce(doubted.job_id, '') AS suspect_job_id, coalesce(hook.webhook_id, '') AS webhook_id,
  CASE WHEN newest.state IS NULL OR newest.state IN ('completed', 'cancelled') THEN 0 ELSE (SELECT count(*)
    FROM crawling_jobs AS job WHERE job.user_id = source.user_id AND job.source_id = source.source_id
      AND job.state = 'failed' AND NOT EXISTS (SELECT FROM crawling_jobs AS ended WHERE ended.user_id = job.user_id
        AND ended.source_id = job.source_id AND ended.state IN ('completed', 'cancelled')
        AND (ended.created_at, ended.job_id) > (job.created_at, job.job_id))) END AS failures
FROM sources AS source
LEFT JOIN LATERAL (SELECT job_id, created_at FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id AND job.state = 'completed' AND NOT job.suspect
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS good ON true
LEFT JOIN LATERAL (SELECT job_id, state, created_at FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS newest ON true
LEFT JOIN LATERAL (SELECT job_id FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id AND job.state = 'completed' AND job.suspect
    AND (good.job_id IS NULL OR (job.created_at, job.job_id) > (good.created_at, good.job_id))
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS doubted ON true
LEFT JOIN webhook_endpoints AS hook ON hook.user_id = source.user_id AND hook.source_id = source.source_id;
GRANT SELECT ON sources_with_runs TO docspasta_app;
