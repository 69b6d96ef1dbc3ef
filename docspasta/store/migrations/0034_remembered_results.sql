-- What came of a page is kept beside what it was converted to, under a digest of what decided it (the scope, the settings):
-- a run in which the page is unchanged need not read the page, nor make its facts and digests again.

ALTER TABLE kept_conversions
  ADD COLUMN basis bytea NOT NULL DEFAULT '\x',
  ADD COLUMN result bytea NOT NULL DEFAULT '\x';
