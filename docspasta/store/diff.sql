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
-- How long the Markdown of some pages is. A row is looked up as find_targets does.
SELECT page.page_id, page.markdown_bytes FROM unnest(:page_id::bigint[]) AS wanted (page_id) CROSS JOIN LATERAL (
  SELECT page_id, markdown_bytes FROM crawled_pages
  WHERE user_id = :user_id AND page_id >= wanted.page_id AND page_id <= wanted.page_id ORDER BY page_id LIMIT 1) AS page

-- page_texts --
-- The Markdown of some pages, whole. Rows are looked up one by one: a plan made without statistics would read all of the
-- user's pages for each text.
SELECT wanted.page_id, said.data FROM unnest(:page_id::bigint[]) AS wanted (page_id)
CROSS JOIN LATERAL (SELECT job_id, result_id FROM crawled_pages
  WHERE user_id = :user_id AND page_id >= wanted.page_id AND page_id <= wanted.page_id ORDER BY page_id LIMIT 1) AS page
CROSS JOIN LATERAL (SELECT string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
  WHERE user_id = :user_id AND job_id IN ('', page.job_id) AND result_id = page.result_id AND kind = 'markdown') AS said
WHERE said.data IS NOT NULL
