-- Jobs that take pages at POST /process instead of fetching them. A pushed body lies here until its page is
-- recorded: Redis may be lost, and there is no site to fetch it from again.

ALTER TABLE crawling_jobs ADD COLUMN takes_pushes boolean NOT NULL DEFAULT false; -- until it is finished
ALTER TABLE crawling_jobs ADD CONSTRAINT ended_takes_no_pushes CHECK (finished_at IS NULL OR NOT takes_pushes);

-- Who may push without a credential. Whoever signs is not known before the job is found, by its id alone.
CREATE TABLE push_jobs (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL,
  sealed_secrets bytea NOT NULL,
  PRIMARY KEY (user_id, job_id),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE
);
CREATE UNIQUE INDEX push_jobs_by_id ON push_jobs (job_id);

CREATE TABLE pushed_pages (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL,
  url_key text COLLATE "C" NOT NULL CHECK (octet_length(url_key) = 32),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32), -- tells the same page from another under this address
  content_type text COLLATE "C" NOT NULL,
  charset text COLLATE "C" NOT NULL DEFAULT '',
  size integer NOT NULL, -- of the body, decoded
  body bytea, -- packed (docspasta.compression); NULL once the page is recorded
  PRIMARY KEY (user_id, job_id, url_key),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE
);
CREATE INDEX pushed_pages_waiting ON pushed_pages (user_id, job_id) WHERE body IS NOT NULL;

-- Deliveries by their message's id: the same again does nothing, another under the same id is refused.
CREATE TABLE pushed_messages (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL CHECK (octet_length(message_id) <= 1100),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32),
  PRIMARY KEY (user_id, job_id, message_id),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE
);

ALTER TABLE push_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE push_jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE pushed_pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE pushed_pages FORCE ROW LEVEL SECURITY;
ALTER TABLE pushed_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE pushed_messages FORCE ROW LEVEL SECURITY;

CREATE POLICY own_push_jobs ON push_jobs TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY named_push_job ON push_jobs FOR SELECT TO docspasta_app
  USING (job_id = nullif(current_setting('docspasta.push_job', true), ''));
CREATE POLICY own_pushed_pages ON pushed_pages TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_pushed_messages ON pushed_messages TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON push_jobs, pushed_pages, pushed_messages TO docspasta_app;
