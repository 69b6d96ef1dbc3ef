-- What a source shows, and in which order it came to: for those who follow it. A row is a page, or one that is gone; a
-- change gives it the next number. `feed_of` is the run that the rows show, at its version: they are brought up to the
-- current run when somebody asks.

ALTER TABLE sources ADD COLUMN feed_of text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN feed_seq bigint NOT NULL DEFAULT 0;

CREATE TABLE source_feed (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  source_id text COLLATE "C" NOT NULL,
  url text COLLATE "C" NOT NULL,
  url_key text COLLATE "C" NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  gone boolean NOT NULL,
  title text NOT NULL,
  content_hash text COLLATE "C" NOT NULL,
  PRIMARY KEY (user_id, source_id, url),
  FOREIGN KEY (user_id, source_id) REFERENCES sources ON DELETE CASCADE
);
CREATE UNIQUE INDEX source_feed_in_order ON source_feed (user_id, source_id, seq);

ALTER TABLE source_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE source_feed FORCE ROW LEVEL SECURITY;
CREATE POLICY own_feed ON source_feed TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON source_feed TO docspasta_app;
