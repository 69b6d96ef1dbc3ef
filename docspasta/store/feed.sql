-- What a source shows, in the order in which it changed.

-- feed_state --
-- The current run at its version, the run that the feed shows, and the feed's last number.
SELECT source.current_job_id AS job_id, source.current_job_id || ':' || coalesce(job.state_version, 0) AS current,
  feed.feed_of AS shows, feed.feed_seq AS last, feed.feed_floor AS floor
FROM sources_with_runs AS source JOIN sources AS feed USING (user_id, source_id)
LEFT JOIN crawling_jobs AS job ON job.user_id = source.user_id AND job.job_id = source.current_job_id
WHERE source.user_id = :user_id AND source.source_id = :source_id

-- catch_up --
-- Number what the current run shows otherwise than the feed does; the pages of its document are shown. What is compared
-- is the name of a page's Markdown; of a run before there were such names it is the hash of its text.
WITH shown AS (
  SELECT url, url_key, title, coalesce(replace(markdown_id::text, '-', ''), content_hash) AS content_hash FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id
    AND kind = 'page' AND state = 'processed' AND position > 0
), known AS (
  SELECT url, url_key, title, content_hash, gone FROM source_feed WHERE user_id = :user_id AND source_id = :source_id
), differs AS (
  SELECT coalesce(shown.url, known.url) AS url, coalesce(shown.url_key, known.url_key) AS url_key,
    coalesce(shown.title, '') AS title, coalesce(shown.content_hash, '') AS content_hash, shown.url IS NULL AS gone
  FROM shown FULL JOIN known ON known.url = shown.url
  WHERE CASE WHEN shown.url IS NULL THEN NOT known.gone WHEN known.url IS NULL THEN true
    ELSE known.gone OR (known.title, known.content_hash) <> (shown.title, shown.content_hash) END
)
INSERT INTO source_feed (user_id, source_id, url, url_key, title, content_hash, gone, seq)
SELECT :user_id, :source_id, url, url_key, title, content_hash, gone,
  :last::bigint + row_number() OVER (ORDER BY url COLLATE "C") FROM differs
ON CONFLICT (user_id, source_id, url) DO UPDATE SET url_key = excluded.url_key, title = excluded.title,
  content_hash = excluded.content_hash, gone = excluded.gone, seq = excluded.seq

-- forget_gone --
-- Of the pages that are gone keep the newest, as many as are shown and :kept more; the highest number that is forgotten.
WITH excess AS (
  SELECT url FROM source_feed WHERE user_id = :user_id AND source_id = :source_id AND gone
  ORDER BY seq DESC OFFSET greatest(0, :kept::bigint + (
    SELECT count(*) FROM source_feed WHERE user_id = :user_id AND source_id = :source_id AND NOT gone))
), forgotten AS (
  DELETE FROM source_feed AS feed USING excess
  WHERE feed.user_id = :user_id AND feed.source_id = :source_id AND feed.url = excess.url RETURNING feed.seq
)
SELECT coalesce(max(seq), 0) FROM forgotten

-- note_feed --
-- What the feed shows now, its last number, and the highest one of a page that is gone and forgotten.
UPDATE sources SET feed_of = :current, feed_seq = :last, feed_floor = greatest(feed_floor, :floor::bigint)
WHERE user_id = :user_id AND source_id = :source_id

-- feed_rows --
-- Some rows after a number, with the page of the current run that each one shows.
SELECT {FeedRow} FROM (SELECT feed.seq, feed.url, feed.gone, feed.title, feed.content_hash AS hash,
    coalesce(page.page_id, 0) AS page_id, page.result_id, coalesce(page.markdown_bytes, 0) AS markdown_bytes
  FROM source_feed AS feed LEFT JOIN crawled_pages AS page ON page.user_id = :user_id AND page.job_id = :job_id
    AND page.url_key = feed.url_key AND NOT feed.gone
  WHERE feed.user_id = :user_id AND feed.source_id = :source_id AND feed.seq > :after::bigint
  ORDER BY feed.seq LIMIT :limit) AS row ORDER BY seq

-- feed_texts --
-- The Markdown and the facts of some pages, whole.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[]) AND kind IN ('markdown', 'facts')
GROUP BY result_id, kind
