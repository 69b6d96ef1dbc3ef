-- find_job --
-- What the document says of the job; its version is the ETag's.
SELECT {DocumentJob} FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id

-- keeps_all --
-- Whether the job asked for all pages, and for all that they say.
SELECT coalesce((settings->>'all_pages')::boolean, false) FROM crawling_jobs
WHERE user_id = :user_id AND job_id = :job_id

-- read_placed --
-- The plan of an ended job's document: included pages in reading order.
SELECT page_id, url, coalesce(nullif(heading, ''), nullif(title, ''), url) AS title, anchor, result_id, markdown_bytes AS size
FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND position > 0 ORDER BY position

-- read_processed --
-- The same of a job that goes on, in no order yet.
SELECT page_id, url, coalesce(nullif(heading, ''), nullif(title, ''), url) AS title, anchor, result_id, markdown_bytes AS size
FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' AND state = 'processed'

-- read_others --
-- The pages that are not included: duplicates, redirects, failures. What had no turn is only counted.
SELECT {OtherPage}
FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' AND position = 0
  AND (:ended OR state <> 'processed') AND reason <> ALL (:no_turn::text[])
ORDER BY page_id

-- read_without_turn --
-- Some of the pages that had no turn, after a page id.
SELECT {PageWithoutTurn}
FROM crawled_pages WHERE user_id = :user_id AND job_id = :job_id AND page_id > :after AND page_id > 0
  AND state_version > 0 AND kind = 'page' AND reason = ANY (:no_turn::text[])
ORDER BY page_id LIMIT :limit

-- read_left_out --
-- The pages that only repeat others: not fetched, or read for their links alone.
SELECT url FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'refused' AND refused_by = 'noise' LIMIT :limit

-- read_stale --
-- The pages that could not be had, with the text of an earlier run.
SELECT url, to_char(stale_since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since, detail AS why FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' AND state = 'processed'
  AND stale_since IS NOT NULL AND position > 0 ORDER BY url

-- read_broken_lists --
-- The sitemaps and the like that could not be read to their end, and why.
SELECT url, detail FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind IN ('sitemap', 'llms') AND state = 'processed' AND detail <> ''
ORDER BY url LIMIT 50

-- read_content --
-- The Markdown and the facts of some pages, whole.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[]) AND kind = ANY (:kinds::text[])
GROUP BY result_id, kind

-- read_details --
-- What a line of pages.jsonl says of a page, beside its Markdown.
SELECT {PageDetails}
FROM crawled_pages WHERE user_id = :user_id AND page_id = ANY (:page_ids::bigint[]) AND job_id = :job_id
