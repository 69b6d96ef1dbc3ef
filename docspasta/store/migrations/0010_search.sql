-- What search reads: an index a job, in blocks of sorted keys (docspasta.search.blocks). Every key is one user's
-- and one job's, so that what a search costs does not tell of others' documents. Several builds may lie side by
-- side while a newer one is made; a finished one takes the others away.
CREATE TABLE search_indexes (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  build_id uuid NOT NULL,
  version bigint NOT NULL, -- of the job, when it was read
  format integer NOT NULL,
  languages text[] NOT NULL DEFAULT '{}',
  segments integer[] NOT NULL DEFAULT '{}', -- how many sections each has
  pages integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  PRIMARY KEY (user_id, job_id, build_id),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE
);

CREATE TABLE search_blocks (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  build_id uuid NOT NULL,
  segment integer NOT NULL,
  key bytea NOT NULL CHECK (octet_length(key) <= 1024), -- the first one inside
  data bytea NOT NULL,
  PRIMARY KEY (user_id, job_id, build_id, segment, key),
  FOREIGN KEY (user_id, job_id, build_id) REFERENCES search_indexes ON DELETE CASCADE
);
ALTER TABLE search_blocks ALTER COLUMN data SET STORAGE EXTERNAL; -- it is compressed

ALTER TABLE search_indexes ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_indexes FORCE ROW LEVEL SECURITY;
ALTER TABLE search_blocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE search_blocks FORCE ROW LEVEL SECURITY;
CREATE POLICY own_search_indexes ON search_indexes TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_search_blocks ON search_blocks TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON search_indexes, search_blocks TO docspasta_app;
