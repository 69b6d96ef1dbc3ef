-- What crawls of an address remember of its pages, as the runs of a source do: a row of `sources` that nobody is shown.
-- It is named by its settings, and goes with the last job that names it.

ALTER TABLE sources ADD COLUMN of_address boolean NOT NULL DEFAULT false;
ALTER TABLE crawling_jobs ADD COLUMN address_id text COLLATE "C", -- what it takes unchanged pages from, when it is no run
  ADD CONSTRAINT crawling_jobs_address_fkey FOREIGN KEY (user_id, address_id) REFERENCES sources (user_id, source_id)
    ON DELETE SET NULL (address_id),
  ADD CONSTRAINT a_run_has_its_source CHECK (source_id IS NULL OR address_id IS NULL);
CREATE INDEX crawling_jobs_of_address ON crawling_jobs (user_id, address_id, created_at DESC, job_id DESC)
  WHERE address_id IS NOT NULL;

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
LEFT JOIN webhook_endpoints AS hook ON hook.user_id = source.user_id AND hook.source_id = source.source_id
WHERE NOT source.of_address;
GRANT SELECT ON sources_with_runs TO docspasta_app;
