-- What pages of a source were converted to, so that the next run need not convert what is the same.

-- kept_of --
-- Of these addresses what is kept, without the pages.
SELECT {Kept} FROM kept_conversions
WHERE user_id = :user_id AND source_id = :source_id AND url_key = ANY (:url_keys::text[])

-- unchanged_of --
-- The same, with what came of each, if that was decided by the same.
SELECT url_key, digest, size, terms, etag, last_modified, noindex, nofollow, lastmod,
  CASE WHEN basis = :basis::bytea THEN result ELSE '' END AS result
FROM kept_conversions WHERE user_id = :user_id AND source_id = :source_id AND url_key = ANY (:url_keys::text[])

-- remember_results --
-- What came of pages that still are what they were then. In one order, so that nobody waits crosswise. Their addresses
-- are named once more for the index: a plan made without statistics would read all that is kept of the source.
UPDATE kept_conversions AS kept SET basis = :basis, result = new.result
FROM (SELECT url_key, digest, result FROM unnest(:url_key::text[], :digest::bytea[], :result::bytea[])
    AS given (url_key, digest, result) ORDER BY url_key) AS new
WHERE kept.user_id = :user_id AND kept.source_id = :source_id AND kept.url_key = new.url_key AND kept.digest = new.digest
  AND kept.url_key = ANY (:url_key::text[])

-- kept_pages --
-- The pages themselves, if they still have these digests.
SELECT kept.url_key, kept.page FROM unnest(:url_key::text[], :digest::bytea[]) AS wanted (url_key, digest)
JOIN kept_conversions AS kept USING (url_key, digest)
WHERE kept.user_id = :user_id AND kept.source_id = :source_id AND kept.url_key = ANY (:url_key::text[])

-- keep_conversions --
-- Keep what pages were converted to, in the place of what they were before.
INSERT INTO kept_conversions (user_id, source_id, url_key, digest, size, terms, etag, last_modified, noindex, nofollow, lastmod, page)
SELECT :user_id, :source_id, new.*
FROM unnest(:url_key::text[], :digest::bytea[], :size::int[], :terms::bytea[], :etag::text[], :last_modified::text[],
  :noindex::bool[], :nofollow::bool[], :lastmod::text[], :page::bytea[])
  AS new (url_key, digest, size, terms, etag, last_modified, noindex, nofollow, lastmod, page)
ORDER BY url_key
ON CONFLICT (user_id, source_id, url_key) DO UPDATE SET digest = excluded.digest, size = excluded.size,
  terms = excluded.terms, etag = excluded.etag, last_modified = excluded.last_modified, noindex = excluded.noindex,
  nofollow = excluded.nofollow, lastmod = excluded.lastmod, page = excluded.page, basis = '', result = ''

-- keep_headers --
-- The same pages came with other headers. Their bytes are not written again.
UPDATE kept_conversions AS kept SET etag = new.etag, last_modified = new.last_modified, noindex = new.noindex,
  nofollow = new.nofollow, lastmod = new.lastmod
FROM unnest(:url_key::text[], :digest::bytea[], :etag::text[], :last_modified::text[], :noindex::bool[], :nofollow::bool[],
  :lastmod::text[]) AS new (url_key, digest, etag, last_modified, noindex, nofollow, lastmod)
WHERE kept.user_id = :user_id AND kept.source_id = :source_id AND kept.url_key = new.url_key AND kept.digest = new.digest
  AND kept.url_key = ANY (:url_key::text[])

-- asked_by --
-- By what these addresses are asked for in a job: nothing unless the site is believed that it is a crawl of, and
-- nobody wants the bytes themselves.
SELECT kept.url_key, kept.terms, kept.etag, kept.last_modified, kept.lastmod FROM crawling_jobs AS job
JOIN sources AS source ON source.user_id = job.user_id AND source.source_id = coalesce(job.source_id, job.address_id)
JOIN kept_conversions AS kept ON kept.user_id = job.user_id AND kept.source_id = source.source_id
WHERE job.user_id = :user_id AND job.job_id = :job_id AND NOT job.keep_raw AND source.distrusted_at IS NULL
  AND kept.url_key = ANY (:url_keys::text[]) AND (kept.etag <> '' OR kept.last_modified <> '' OR kept.lastmod <> '')

-- note_lastmods --
-- What a site's lastmods were worth when pages changed.
UPDATE sources SET lastmod_held = lastmod_held + :held, lastmod_lied_at = coalesce(lastmod_lied_at, :lied::timestamptz)
WHERE user_id = :user_id AND source_id = :source_id

-- distrust --
-- The site of a source said of a page that it was unchanged, and it was not.
UPDATE sources SET distrusted_at = :now WHERE user_id = :user_id AND source_id = :source_id AND distrusted_at IS NULL

-- forget_conversions --
-- Take some away whose address is no processed page of the current run. They are found once, as an array, and a page is
-- looked up as find_targets does: a plan made without statistics would read the run, or what is kept, again for each row.
DELETE FROM kept_conversions WHERE user_id = :user_id AND source_id = :source_id AND url_key = ANY (ARRAY(
  SELECT kept.url_key FROM kept_conversions AS kept LEFT JOIN LATERAL (
    SELECT state FROM crawled_pages WHERE user_id = :user_id
      AND (url_key, job_id) >= (kept.url_key, :job_id) AND (url_key, job_id) <= (kept.url_key, :job_id)
    ORDER BY url_key, job_id LIMIT 1) AS page ON true
  WHERE kept.user_id = :user_id AND kept.source_id = :source_id AND page.state IS DISTINCT FROM 'processed'
  LIMIT :limit))
