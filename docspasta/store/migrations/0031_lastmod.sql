-- Whether what a sitemap says of when pages were changed (lastmod) has been true of a source.

ALTER TABLE kept_conversions ADD COLUMN lastmod text COLLATE "C" NOT NULL DEFAULT ''; -- of what is kept; '': not known
ALTER TABLE sources
  ADD COLUMN lastmod_held integer NOT NULL DEFAULT 0 CHECK (lastmod_held >= 0), -- pages that changed, and their lastmod with them
  ADD COLUMN lastmod_lied_at timestamptz; -- a page changed, and its lastmod did not
