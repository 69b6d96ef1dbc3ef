-- The document of an ended job is assembled once, outside of every process that answers requests, and kept: see
-- docs/decisions. A row a form of a document; `claim` is the assembly that may write it now, until `claimed_until`.
CREATE TABLE job_documents (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  form text COLLATE "C" NOT NULL CHECK (form ~ '^[a-z_]{1,40}$'),
  version bigint NOT NULL, -- of the job's end that it is of
  renderer integer NOT NULL, -- a part of the ETag: which code made these bytes
  claim uuid NOT NULL,
  claimed_until timestamptz NOT NULL,
  losses integer NOT NULL DEFAULT 0 CHECK (losses >= 0), -- assemblies that were lost half-way
  pages integer CHECK (pages >= 0), -- that it includes; NULL until they are known
  bytes bigint NOT NULL DEFAULT 0 CHECK (bytes >= 0), -- of plain text, in the pieces that are there
  coded_bytes bigint NOT NULL DEFAULT 0 CHECK (coded_bytes >= 0),
  checksum bigint NOT NULL DEFAULT 0, -- CRC-32 of the plain text, for the end of a gzip stream
  finished_at timestamptz,
  PRIMARY KEY (user_id, job_id, form),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE,
  CONSTRAINT whole_when_finished CHECK (finished_at IS NULL OR pages IS NOT NULL)
);

-- Its text in order, 512 KiB a piece (the last one has what is left), each as deflate blocks that need no other
-- piece and end at a byte: one after another they are one gzip stream. Pieces of an outline hold whole headings of
-- pages from `first_page` to `last_page` instead.
CREATE TABLE document_pieces (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  form text COLLATE "C" NOT NULL,
  seq integer NOT NULL CHECK (seq >= 0),
  first_page integer NOT NULL DEFAULT 0,
  last_page integer NOT NULL DEFAULT 0,
  data bytea NOT NULL CHECK (octet_length(data) <= 1048576),
  PRIMARY KEY (user_id, job_id, form, seq),
  FOREIGN KEY (user_id, job_id, form) REFERENCES job_documents ON DELETE CASCADE
);
ALTER TABLE document_pieces ALTER COLUMN data SET STORAGE EXTERNAL; -- it is compressed

ALTER TABLE job_documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE job_documents FORCE ROW LEVEL SECURITY;
ALTER TABLE document_pieces ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_pieces FORCE ROW LEVEL SECURITY;
CREATE POLICY own_documents ON job_documents TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_pieces ON document_pieces TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON job_documents, document_pieces TO docspasta_app;
