-- What pages of a source were converted to, so that the next run need not convert what is the same.

-- kept_of --
-- Of these addresses what is kept, without the pages.
SELECT url_key, digest, size FROM kept_conversions
WHERE user_id = :user_id AND source_id = :source_id AND url_key = ANY (:url_keys::text[])

-- kept_pages --
-- The pages themselves, if they still have these digests.
SELECT kept.url_key, kept.page FROM unnest(:url_key::text[], :digest::bytea[]) AS wanted (url_key, digest)
JOIN kept_conversions AS kept USING (url_key, digest)
WHERE kept.user_id = :user_id AND kept.source_id = :source_id

-- keep_conversions --
-- Keep what pages were converted to, in the place of what they were before.
INSERT INTO kept_conversions (user_id, source_id, url_key, digest, size, page)
SELECT :user_id, :source_id, url_key, digest, size, page
FROM unnest(:url_key::text[], :digest::bytea[], :size::int[], :page::bytea[]) AS new (url_key, digest, size, page)
ORDER BY url_key
ON CONFLICT (user_id, source_id, url_key) DO UPDATE SET digest = excluded.digest, size = excluded.size, page = excluded.page

-- forget_conversions --
-- Take some away whose address is no processed page of the current run.
DELETE FROM kept_conversions WHERE user_id = :user_id AND source_id = :source_id AND url_key IN (
  SELECT url_key FROM kept_conversions AS kept WHERE kept.user_id = :user_id AND kept.source_id = :source_id
    AND NOT EXISTS (SELECT FROM crawled_pages AS page WHERE page.user_id = :user_id
      AND page.url_key = kept.url_key AND page.job_id = :job_id AND page.state = 'processed')
  LIMIT :limit)
