-- A job's pages as a person lists them. $1 is always the user, $2 the job. Robots.txt, sitemaps and links that a
-- limit refused are no pages.

-- pages_by_id --
-- Pages in the order in which they were found, after a page id; $4 states unless empty, $5 a part of URL or title.
SELECT * FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND kind = 'page' AND page_id > $3
  AND (cardinality($4::text[]) = 0 OR state = ANY ($4::text[]))
  AND ($5 = '' OR url ILIKE $5 OR title ILIKE $5)
ORDER BY page_id LIMIT $6

-- pages_by_position --
-- Pages in reading order, after a position.
SELECT * FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND kind = 'page' AND position > greatest($3, 0)
  AND (cardinality($4::text[]) = 0 OR state = ANY ($4::text[]))
  AND ($5 = '' OR url ILIKE $5 OR title ILIKE $5)
ORDER BY position LIMIT $6

-- pages_without_position --
-- The pages that have no place in reading order, after a page id: they follow the others.
SELECT * FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND kind = 'page' AND position = 0 AND page_id > $3
  AND (cardinality($4::text[]) = 0 OR state = ANY ($4::text[]))
  AND ($5 = '' OR url ILIKE $5 OR title ILIKE $5)
ORDER BY page_id LIMIT $6

-- recent_pages --
-- The pages that ended last, newest first.
SELECT * FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND state_version > 0 AND kind = 'page' ORDER BY state_version DESC LIMIT $3

-- page --
-- One page of a job.
SELECT * FROM crawled_pages WHERE user_id = $1 AND job_id = $2 AND page_id = $3 AND kind = 'page'

-- chunks --
-- Some of a stored result's bytes, in order, after a sequence number.
SELECT seq, data FROM page_content_chunks
WHERE user_id = $1 AND job_id = $2 AND result_id = $3 AND kind = $4 AND seq > $5 ORDER BY seq LIMIT $6
