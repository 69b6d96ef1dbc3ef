-- crawl_rules --
-- What a processor needs to know of a job before it converts and records.
SELECT url, settings::text AS settings, scope::text AS scope, keep_raw, state_version AS version,
  coalesce(source_id, address_id, '') AS source_id, coalesce(run_before(crawling_jobs), '') AS current_job_id,
  EXISTS (SELECT FROM sources AS source WHERE source.user_id = crawling_jobs.user_id
    AND source.source_id = coalesce(crawling_jobs.source_id, crawling_jobs.address_id) AND source.distrusted_at IS NOT NULL) AS distrusted,
  coalesce((SELECT CASE WHEN source.lastmod_lied_at IS NULL THEN source.lastmod_held ELSE 0 END FROM sources AS source
    WHERE source.user_id = crawling_jobs.user_id
      AND source.source_id = coalesce(crawling_jobs.source_id, crawling_jobs.address_id)), 0) AS lastmod_held
FROM crawling_jobs
WHERE user_id = :user_id AND job_id = :job_id

-- queued_of --
-- Of some addresses those that are queued in a job. Looked up as find_targets does.
SELECT page.page_id, page.url, page.url_key, page.kind, page.redirects
FROM unnest(:url_key::text[]) AS wanted (url_key) CROSS JOIN LATERAL (
  SELECT page_id, url, url_key, kind, redirects, state FROM crawled_pages WHERE user_id = :user_id
    AND (url_key, job_id) >= (wanted.url_key, :job_id) AND (url_key, job_id) <= (wanted.url_key, :job_id)
  ORDER BY url_key, job_id LIMIT 1) AS page
WHERE page.state = 'queued' AND page.kind = 'page'

-- pages_since --
-- The newest pages that were recorded after a version: by which a processor knows what another one saw.
SELECT page_id, url_key, content_hash, likeness, result_id, navigation_id FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > :version AND state = 'processed'
ORDER BY state_version DESC LIMIT :limit

-- find_links --
-- Facts and navigations of pages, for the keys of their links.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[]) AND kind IN ('facts', 'navigation')
GROUP BY result_id, kind
