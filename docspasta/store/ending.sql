-- find_placed --
-- What reading order is made from: pages with content, and redirects that lead to them.
SELECT page_id, url, url_key, state, depth, content_hash, canonical_url, rel_next, rel_prev, navigation_id,
  redirected_to, markdown_bytes
FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND page_id > 0 AND kind = 'page' AND (state = 'processed' OR reason = 'redirected')
ORDER BY page_id

-- find_title --
-- What the start page calls itself.
SELECT coalesce(nullif(heading, ''), title) FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND page_id = $3

-- find_navigation --
-- Some of the job's navigations.
SELECT result_id, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = $1 AND job_id = $2 AND kind = 'navigation' AND result_id = ANY ($3::uuid[])
GROUP BY result_id

-- skip_queued --
-- The pages that are queued when a job is cancelled or out of time. Each has a version of its own, above $3.
WITH queued AS (
  SELECT page_id, row_number() OVER (ORDER BY page_id) AS n FROM crawled_pages
  WHERE user_id = $1 AND job_id = $2 AND kind = 'page' AND state = 'queued'
)
UPDATE crawled_pages AS page SET
  state = 'skipped', reason = $4, finished_at = $5, state_version = $3 + queued.n
FROM queued
WHERE page.user_id = $1 AND page.job_id = $2 AND page.state = 'queued' AND page.page_id = queued.page_id

-- end_pages --
-- The job's last changes to pages: what is still queued is skipped, what has content gets its place. Each
-- changed page, those of this transaction's batch included (version above $3), has a version of its own.
WITH placed AS (
  SELECT * FROM unnest($6::bigint[], $7::int[], $8::text[], $9::bigint[]) AS p (page_id, position, anchor, duplicate_of)
), changed AS (
  SELECT page_id, row_number() OVER (ORDER BY page_id) AS n FROM crawled_pages
  WHERE user_id = $1 AND job_id = $2 AND page_id > 0 AND kind = 'page'
    AND (state = 'queued' OR state_version > $3 OR page_id = ANY ($6))
)
UPDATE crawled_pages AS page SET
  state = CASE page.state WHEN 'queued' THEN 'skipped' ELSE page.state END,
  reason = CASE page.state WHEN 'queued' THEN $4 ELSE page.reason END,
  finished_at = coalesce(page.finished_at, $5),
  state_version = $3 + changed.n,
  position = coalesce(placed.position, 0), anchor = coalesce(placed.anchor, ''), duplicate_of = placed.duplicate_of
FROM changed LEFT JOIN placed USING (page_id)
WHERE page.user_id = $1 AND page.job_id = $2 AND page.page_id > 0 AND page.page_id = changed.page_id

-- end_discovery --
-- Robots.txt, sitemaps and llms.txt that were still out are not needed any more.
UPDATE crawled_pages SET state = 'skipped', reason = $3, finished_at = $4
WHERE user_id = $1 AND job_id = $2 AND state = 'queued' AND kind <> 'page'

-- plan_end --
-- For the statements of the end: the planner knows nothing of the arrays' size and would take nested loops,
-- which are quadratic; and a large job's end may take longer than a statement usually may.
SELECT set_config('enable_nestloop', 'off', true), set_config('statement_timeout', '600s', true)

-- plan_as_usual --
-- After the end, for what else the transaction does.
SELECT set_config('enable_nestloop', 'on', true)
