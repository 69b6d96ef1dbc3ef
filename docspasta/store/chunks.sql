-- What pages contain. Chunks under the job '' are shown by any job of the user, under another one by that job alone.

-- hold_content --
-- Of these contents those that are there. Nobody takes them away before the transaction's end. Each has facts.
SELECT result_id FROM page_content_chunks
WHERE user_id = :user_id AND job_id = '' AND result_id = ANY (:results::uuid[]) AND kind = 'facts' AND seq = 0
ORDER BY result_id FOR KEY SHARE

-- add_chunks --
-- Store content, before any other lock is taken, and in one order, so that nobody waits crosswise. What another
-- transaction stores at this moment is waited for. Gives the contents that were not there.
WITH added AS (
  INSERT INTO page_content_chunks (user_id, job_id, result_id, kind, seq, data)
  SELECT :user_id, job_id, result_id, kind, seq, data
  FROM unnest(:job_id::text[], :result_id::uuid[], :kind::text[], :seq::int[], :data::bytea[])
    AS new (job_id, result_id, kind, seq, data)
  ORDER BY job_id, result_id, kind, seq
  ON CONFLICT DO NOTHING RETURNING result_id, kind, seq
)
SELECT result_id FROM added WHERE kind = 'facts' AND seq = 0

-- drop_chunks --
-- A result that came second takes its content away again.
DELETE FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[])

-- pages_to_purge --
-- Some pages of a deleted job.
SELECT {PurgedPage} FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id ORDER BY page_id LIMIT :limit

-- lock_content --
-- From here on nobody begins to show these; who was about to has done so, which the next statement sees.
SELECT FROM page_content_chunks
WHERE user_id = :user_id AND job_id = '' AND result_id = ANY (:results::uuid[]) AND kind = 'facts' AND seq = 0
ORDER BY result_id FOR UPDATE

-- purge_content --
-- Take content away that no other job shows. A row is looked up as find_targets does.
DELETE FROM page_content_chunks WHERE user_id = :user_id AND job_id = '' AND result_id = ANY (ARRAY(
  SELECT gone.result_id FROM unnest(:url_key::text[], :result_id::uuid[]) AS gone (url_key, result_id)
  LEFT JOIN LATERAL (
    SELECT job_id FROM crawled_pages WHERE user_id = :user_id AND url_key >= gone.url_key AND url_key <= gone.url_key
      AND job_id <> :job_id AND result_id = gone.result_id ORDER BY url_key, job_id LIMIT 1) AS other ON true
  WHERE other.job_id IS NULL))

-- purge_pages --
-- Take these pages away.
DELETE FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND page_id = ANY (:page_ids::bigint[])
