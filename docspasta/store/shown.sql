-- What an ended job shows of some addresses, so that another can show it again.

-- pages_shown --
-- Of some addresses the pages that a job shows, as they were recorded. Looked up as find_targets does.
SELECT {ShownPage} FROM unnest(:key::text[]) AS wanted (key) CROSS JOIN LATERAL (
  SELECT * FROM crawled_pages WHERE user_id = :user_id
    AND (url_key, job_id) >= (wanted.key, :job_id) AND (url_key, job_id) <= (wanted.key, :job_id)
  ORDER BY url_key, job_id LIMIT 1) AS page
WHERE page.state = 'processed' AND page.kind = 'page'

-- what_they_say --
-- All that is kept of some pages, and their navigations.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[])
  AND kind IN ('facts', 'html', 'markdown', 'navigation')
GROUP BY result_id, kind

-- addresses_of --
-- The addresses of a job's rows by their keys. Looked up as find_targets does.
SELECT wanted.key, page.url FROM unnest(:key::text[]) AS wanted (key) CROSS JOIN LATERAL (
  SELECT url FROM crawled_pages WHERE user_id = :user_id
    AND (url_key, job_id) >= (wanted.key, :job_id) AND (url_key, job_id) <= (wanted.key, :job_id)
  ORDER BY url_key, job_id LIMIT 1) AS page
