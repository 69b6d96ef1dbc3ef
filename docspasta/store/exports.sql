-- What exports read of a job's pages.

-- read_texts --
-- The Markdown and the facts of some pages, whole.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[]) AND kind IN ('markdown', 'facts')
GROUP BY result_id, kind

-- read_notes --
-- What some pages say of themselves.
SELECT {PageNote} FROM crawled_pages
WHERE user_id = :user_id AND page_id = ANY (:page_ids::bigint[]) AND job_id = :job_id

-- read_sizes --
-- The pages that an ended job's document includes, in reading order.
SELECT {PageSize} FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND position > 0 ORDER BY position

-- read_sizes_by_now --
-- The same of a job that goes on: what is processed, in no order yet.
SELECT {PageSize} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' AND state = 'processed' ORDER BY page_id
