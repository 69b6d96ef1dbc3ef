-- Pages that are pushed: who may, what came, and the bodies that wait to be recorded.

-- insert_push_job --
-- The secrets that sign pushes to a job, sealed.
INSERT INTO push_jobs (user_id, job_id, sealed_secrets) VALUES (:user_id, :job_id, :sealed_secrets)

-- signed_job --
-- Whose job it is, and its secrets: in `Pool.push_transaction`, before its user is known.
SELECT user_id, sealed_secrets FROM push_jobs WHERE job_id = :job_id

-- add_message --
-- Note a delivery's id; none comes back when it is known.
INSERT INTO pushed_messages (user_id, job_id, message_id, digest) VALUES (:user_id, :job_id, :message_id, :digest)
ON CONFLICT DO NOTHING RETURNING message_id

-- message_digest --
-- What was delivered under an id.
SELECT digest FROM pushed_messages WHERE user_id = :user_id AND job_id = :job_id AND message_id = :message_id

-- add_pages --
-- Keep bodies, before any lock is taken; in the order of their keys, so that nobody waits crosswise.
INSERT INTO pushed_pages (user_id, job_id, url_key, digest, content_type, charset, size, body, fetched_at)
SELECT :user_id, :job_id, url_key, digest, content_type, charset, size, body, fetched_at
FROM unnest(:url_key::text[], :digest::bytea[], :content_type::text[], :charset::text[], :size::int[], :body::bytea[],
  :fetched_at::timestamptz[]) AS new (url_key, digest, content_type, charset, size, body, fetched_at)
ORDER BY url_key ON CONFLICT DO NOTHING RETURNING url_key

-- find_digests --
-- What was pushed under these addresses.
SELECT url_key, digest FROM pushed_pages
WHERE user_id = :user_id AND job_id = :job_id AND url_key = ANY (:url_keys::text[])

-- find_rows --
-- The job's rows of these addresses.
SELECT page_id, url_key, kind FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND url_key = ANY (:url_keys::text[])

-- drop_pages --
-- Forget pages that a limit kept out, or that the crawl had found before.
DELETE FROM pushed_pages WHERE user_id = :user_id AND job_id = :job_id AND url_key = ANY (:url_keys::text[])

-- waiting_bytes --
-- Bytes of the user's bodies, of all jobs, that wait to be recorded. A small one counts as 4 KiB, so that few are summed.
SELECT coalesce(sum(greatest(size, 4096)), 0)::bigint FROM pushed_pages WHERE user_id = :user_id AND body IS NOT NULL

-- fetched_at --
-- When a pushed page was fetched, as its sender says.
SELECT fetched_at FROM pushed_pages JOIN crawled_pages USING (user_id, job_id, url_key)
WHERE user_id = :user_id AND job_id = :job_id AND page_id = :page_id

-- finish_pushes --
-- Take no more pages.
UPDATE crawling_jobs SET takes_pushes = false WHERE user_id = :user_id AND job_id = :job_id AND finished_at IS NULL

-- waiting_sizes --
-- Which of these rows are queued with a pushed body, and how long that is.
SELECT page.page_id, pushed.size FROM crawled_pages AS page
JOIN pushed_pages AS pushed USING (user_id, job_id, url_key)
WHERE page.user_id = :user_id AND page.job_id = :job_id AND page.page_id = ANY (:page_ids::bigint[]) AND page.state = 'queued'
  AND pushed.body IS NOT NULL ORDER BY page.page_id

-- waiting_bodies --
-- The pushed bodies of these rows.
SELECT page.page_id, pushed.content_type, pushed.charset, pushed.size, pushed.body FROM crawled_pages AS page
JOIN pushed_pages AS pushed USING (user_id, job_id, url_key)
WHERE page.user_id = :user_id AND page.job_id = :job_id AND page.page_id = ANY (:page_ids::bigint[]) AND page.state = 'queued'
  AND pushed.body IS NOT NULL ORDER BY page.page_id

-- forget_bodies --
-- These pages are recorded: their bodies are wanted no more.
UPDATE pushed_pages SET body = NULL WHERE user_id = :user_id AND job_id = :job_id AND body IS NOT NULL AND url_key IN (
  SELECT url_key FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND page_id = ANY (:page_ids::bigint[]))

-- forget_all_bodies --
-- The job has ended.
UPDATE pushed_pages SET body = NULL WHERE user_id = :user_id AND job_id = :job_id AND body IS NOT NULL
