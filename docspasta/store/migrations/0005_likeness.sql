-- What a page has in common with others that a site makes for any address: the end of a job compares it with that of
-- an address that cannot exist. Pages of the version before have none, and are compared with nothing.
ALTER TABLE crawled_pages ADD COLUMN likeness text DEFAULT '' NOT NULL COLLATE "C";

-- A job's discoveries are few and counted before more are added; nothing else finds them without reading its pages.
CREATE INDEX crawled_pages_discovery ON crawled_pages (user_id, job_id)
  WHERE kind IN ('robots', 'sitemap', 'llms', 'probe');
