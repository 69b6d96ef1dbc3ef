-- What the pages of a source were converted to, by what the conversion depends on: a page whose body is the same in
-- the next run is not converted again. A cache: whatever is lost here is converted again.

CREATE TABLE kept_conversions (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  source_id text COLLATE "C" NOT NULL,
  url_key text COLLATE "C" NOT NULL CHECK (octet_length(url_key) = 32),
  digest bytea NOT NULL CHECK (octet_length(digest) = 32), -- of the body, its address, the options, the converter
  size integer NOT NULL CHECK (size >= 0), -- of the page, unpacked
  page bytea NOT NULL, -- as parsing processes write it, packed (docspasta.compression)
  PRIMARY KEY (user_id, source_id, url_key),
  FOREIGN KEY (user_id, source_id) REFERENCES sources ON DELETE CASCADE
);
ALTER TABLE kept_conversions ALTER COLUMN page SET STORAGE EXTERNAL;

ALTER TABLE kept_conversions ENABLE ROW LEVEL SECURITY;
ALTER TABLE kept_conversions FORCE ROW LEVEL SECURITY;
CREATE POLICY own_kept_conversions ON kept_conversions TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE ON kept_conversions TO docspasta_app;
