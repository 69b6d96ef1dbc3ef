-- By what a page that was kept is asked for in the next run, and what a run says of pages that did not change.

ALTER TABLE kept_conversions
  ADD COLUMN terms bytea NOT NULL DEFAULT '', -- digest of all that the page was made of, but for its bytes
  ADD COLUMN etag text COLLATE "C" NOT NULL DEFAULT '', -- as the site wrote it
  ADD COLUMN last_modified text COLLATE "C" NOT NULL DEFAULT '', -- as the site wrote it
  ADD COLUMN noindex boolean NOT NULL DEFAULT false, -- of X-Robots-Tag, which a 304 may leave out
  ADD COLUMN nofollow boolean NOT NULL DEFAULT false;

-- Since when nothing of it is asked conditionally: its site had called a page unchanged that was not.
ALTER TABLE sources ADD COLUMN distrusted_at timestamptz;

ALTER TABLE crawling_jobs
  ADD COLUMN unchanged integer NOT NULL DEFAULT 0 CHECK (unchanged >= 0), -- pages taken from an earlier run
  ADD COLUMN contradicted integer NOT NULL DEFAULT 0 CHECK (contradicted >= 0); -- pages that the site called unchanged falsely
