-- What changed from one run of a source to another.

-- run_before --
-- The newest run before another that is fit to be read.
SELECT coalesce(run_before(run), '') FROM crawling_jobs AS run WHERE user_id = :user_id AND job_id = :job_id

-- is_run --
-- Whether a job is an ended run of a source.
SELECT EXISTS (SELECT FROM crawling_jobs
  WHERE user_id = :user_id AND source_id = :source_id AND job_id = :job_id AND finished_at IS NOT NULL)

-- changes --
-- A page of what changed, by address, after an address and a kind.
SELECT {PageChange} FROM page_changes(:user_id, :from_job, :to_job) AS change WHERE kind <> 'same'
  AND (url COLLATE "C", kind COLLATE "C") > (:after_url::text COLLATE "C", :after_kind::text COLLATE "C")
ORDER BY url COLLATE "C", kind COLLATE "C" LIMIT :limit

-- counts --
-- How many pages changed in which way, or stayed the same.
SELECT kind, count(*) AS pages FROM page_changes(:user_id, :from_job, :to_job) AS change GROUP BY kind

-- changes_of_kind --
-- A page of what changed in one way, by address, after an address.
SELECT {PageChange} FROM page_changes(:user_id, :from_job, :to_job) AS change
WHERE kind = :kind AND url COLLATE "C" > :after_url::text COLLATE "C" ORDER BY url COLLATE "C" LIMIT :limit

-- run_at --
-- The newest run of a source that had ended at a moment and is fit to be read.
SELECT job_id FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id AND state = 'completed' AND NOT suspect
  AND finished_at <= :moment ORDER BY created_at DESC, job_id DESC LIMIT 1

-- page_sizes --
-- How long the Markdown of some pages is.
SELECT {PageSize} FROM crawled_pages WHERE user_id = :user_id AND page_id = ANY (:page_ids::bigint[])

-- page_texts --
-- The Markdown of some pages, whole.
SELECT page.page_id, string_agg(chunk.data, ''::bytea ORDER BY chunk.seq) AS data FROM crawled_pages AS page
JOIN page_content_chunks AS chunk ON chunk.user_id = :user_id AND chunk.job_id IN ('', page.job_id)
  AND chunk.result_id = page.result_id AND chunk.kind = 'markdown'
WHERE page.user_id = :user_id AND page.page_id = ANY (:page_ids::bigint[]) GROUP BY page.page_id
