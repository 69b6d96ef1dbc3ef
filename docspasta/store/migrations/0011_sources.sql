-- Sources: documentation that a user crawls again and again. A run of a source is an ordinary job that names it.

CREATE TABLE sources (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  source_id text COLLATE "C" NOT NULL CHECK (source_id ~ '^[a-z0-9_-]{1,64}$'),
  name text COLLATE "C" NOT NULL CHECK (char_length(name) BETWEEN 1 AND 100),
  settings jsonb NOT NULL, -- of each run
  keep integer NOT NULL CHECK (keep BETWEEN 1 AND 100), -- runs
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, source_id),
  UNIQUE (user_id, name)
);

ALTER TABLE crawling_jobs ADD COLUMN source_id text COLLATE "C",
  ADD COLUMN previous_job_id text COLLATE "C", -- the source's current run when this one began
  ADD FOREIGN KEY (user_id, source_id) REFERENCES sources ON DELETE SET NULL (source_id),
  ADD FOREIGN KEY (user_id, previous_job_id) REFERENCES crawling_jobs (user_id, job_id) ON DELETE SET NULL (previous_job_id);
CREATE INDEX crawling_jobs_of_source ON crawling_jobs (user_id, source_id, created_at DESC, job_id DESC)
  WHERE source_id IS NOT NULL;
CREATE INDEX crawling_jobs_by_previous ON crawling_jobs (user_id, previous_job_id) WHERE previous_job_id IS NOT NULL;

ALTER TABLE sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE sources FORCE ROW LEVEL SECURITY;
CREATE POLICY own_sources ON sources TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON sources TO docspasta_app;

-- A source as it is shown: `current` is its newest completed run.
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

-- Maintenance keeps a source's current run however old it is.
GRANT SELECT (source_id) ON crawling_jobs TO docspasta_tend;
