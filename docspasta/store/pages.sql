-- A job's pages as a person lists them. Robots.txt, sitemaps and links that a
-- limit refused are no pages.

-- pages_by_id --
-- Pages in the order in which they were found, after a page id; of these states unless there are none, with the pattern in URL or title.
SELECT {Page} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'page' AND page_id > :after
  AND (cardinality(:states::text[]) = 0 OR state = ANY (:states::text[]))
  AND (:pattern = '' OR url ILIKE :pattern OR title ILIKE :pattern)
ORDER BY page_id LIMIT :limit

-- pages_by_position --
-- Pages in reading order, after a position.
SELECT {Page} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'page' AND position > greatest(:after, 0)
  AND (cardinality(:states::text[]) = 0 OR state = ANY (:states::text[]))
  AND (:pattern = '' OR url ILIKE :pattern OR title ILIKE :pattern)
ORDER BY position LIMIT :limit

-- pages_without_position --
-- The pages that have no place in reading order, after a page id: they follow the others.
SELECT {Page} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'page' AND position = 0 AND page_id > :after
  AND (cardinality(:states::text[]) = 0 OR state = ANY (:states::text[]))
  AND (:pattern = '' OR url ILIKE :pattern OR title ILIKE :pattern)
ORDER BY page_id LIMIT :limit

-- recent_pages --
-- The pages that ended last, newest first.
SELECT {Page} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' ORDER BY state_version DESC LIMIT :limit

-- page --
-- One page of a job.
SELECT {Page} FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND page_id = :page_id AND kind = 'page'

-- page_content --
-- Where a page's content is stored, and whether there is any.
SELECT page.state, page.reason, page.result_id, job.keep_raw,
  coalesce((job.settings ->> 'keep_html')::boolean, false) AS keep_html
FROM crawled_pages AS page JOIN crawling_jobs AS job USING (user_id, job_id)
WHERE user_id = :user_id AND job_id = :job_id AND page_id = :page_id AND kind = 'page'

-- chunks --
-- Some of a stored result's bytes, in order, after a sequence number.
SELECT {Chunk} FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = :result_id AND kind = :kind AND seq > :after ORDER BY seq LIMIT :limit

-- addresses --
-- What a job found within its scope, after a page id: pages, and what a limit kept out.
SELECT {Address} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND page_id > :after
  AND (kind = 'page' OR (kind = 'refused' AND refused_by <> 'noise'))
ORDER BY page_id LIMIT :limit

-- processed_pages --
-- Processed pages in the order in which they were recorded, after a version of the job.
SELECT {Page} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > :after AND kind = 'page' AND state = 'processed'
ORDER BY state_version LIMIT :limit

-- page_results --
-- Where the content of some pages is stored.
SELECT page_id, result_id FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND page_id = ANY (:page_ids::bigint[]) AND result_id IS NOT NULL
