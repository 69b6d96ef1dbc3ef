-- find_job --
-- What the document says of the job; its version is the ETag's.
SELECT state, state_version, url, title, queued, limit_reached, not_admitted, refused_pages, refused_depth,
  refused_user_pages, finished_at IS NOT NULL AS ended,
  state = 'cancelled' AS cancelled
FROM crawling_jobs WHERE user_id = $1 AND job_id = $2

-- read_placed --
-- The plan of an ended job's document: included pages in reading order.
SELECT page_id, url, coalesce(nullif(heading, ''), nullif(title, ''), url) AS title, anchor, result_id, markdown_bytes
FROM crawled_pages WHERE user_id = $1 AND job_id = $2 AND position > 0 ORDER BY position

-- read_processed --
-- The same of a job that goes on, in no order yet.
SELECT page_id, url, coalesce(nullif(heading, ''), nullif(title, ''), url) AS title, result_id, markdown_bytes
FROM crawled_pages WHERE user_id = $1 AND job_id = $2 AND state_version > 0 AND kind = 'page' AND state = 'processed'

-- read_others --
-- The pages that are not included: duplicates, redirects, failures, what had no turn.
SELECT url, state, reason, http_status, redirected_to, duplicate_of
FROM crawled_pages WHERE user_id = $1 AND job_id = $2 AND state_version > 0 AND kind = 'page' AND position = 0
  AND ($3 OR state <> 'processed')
ORDER BY page_id

-- read_content --
-- The Markdown and the facts of some pages, whole.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = $1 AND job_id = $2 AND result_id = ANY ($3::uuid[]) AND kind = ANY ($4::text[])
GROUP BY result_id, kind

-- read_details --
-- What a line of pages.jsonl says of a page, beside its Markdown.
SELECT page_id, description, language, content_hash, words, tokens, http_status
FROM crawled_pages WHERE user_id = $1 AND page_id = ANY ($3::bigint[]) AND job_id = $2
