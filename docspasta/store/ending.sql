-- find_placed --
-- What reading order is made from: pages with content, and redirects that lead to them; and where their rows
-- stand, for nobody else moves them under the job's lock. Columns are those of StoredPage. Both kinds have a
-- version, which is what the index knows them by.
SELECT ctid, page_id, url, url_key, depth, CASE state WHEN 'processed' THEN '' ELSE redirected_to END, rel_next, rel_prev,
  navigation_id, content_hash, canonical_url, markdown_bytes
FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND state_version > 0 AND kind = 'page'
  AND (state = 'processed' OR reason = 'redirected')

-- find_title --
-- What the start page calls itself.
SELECT coalesce(nullif(heading, ''), title) FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND page_id = $3

-- find_navigation --
-- Some of the job's navigations.
SELECT result_id, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = $1 AND job_id = $2 AND kind = 'navigation' AND result_id = ANY ($3::uuid[])
GROUP BY result_id

-- find_unplaced --
-- Where the rows of pages without content stand that the end changes: what is still queued, and what this
-- transaction's batch wrote (version above $3). As text, for nobody looks at it before it comes back.
SELECT array_agg(place)::text FROM (
  SELECT ctid AS place FROM crawled_pages
  WHERE user_id = $1 AND job_id = $2 AND state = 'queued' AND kind = 'page'
  UNION ALL
  SELECT ctid FROM crawled_pages
  WHERE user_id = $1 AND job_id = $2 AND state_version > 0 AND state_version > $3 AND kind = 'page'
    AND state IN ('failed', 'skipped')
) AS unplaced HAVING count(*) > 0

-- end_unplaced --
-- Their last change: what is queued is skipped, what the batch wrote is numbered anew, so that no version is left
-- out. Each has a version of its own, above $3.
UPDATE crawled_pages AS page SET
  state = CASE page.state WHEN 'queued' THEN 'skipped' ELSE page.state END,
  reason = CASE page.state WHEN 'queued' THEN $4 ELSE page.reason END,
  finished_at = coalesce(page.finished_at, $5),
  state_version = $3 + changed.n
FROM unnest($6::text::tid[]) WITH ORDINALITY AS changed (place, n)
WHERE page.ctid = changed.place AND page.user_id = $1 AND page.job_id = $2

-- place_pages --
-- The last change of some pages with content: each has its place and a version of its own, above $3.
UPDATE crawled_pages AS page SET
  state_version = $3 + new.n, position = new.position, anchor = new.anchor, duplicate_of = new.duplicate_of
FROM unnest($4::tid[], $5::int[], $6::text[], $7::bigint[]) WITH ORDINALITY
  AS new (place, position, anchor, duplicate_of, n)
WHERE page.ctid = new.place AND page.user_id = $1 AND page.job_id = $2

-- end_discovery --
-- Robots.txt, sitemaps and llms.txt that were still out are not needed any more.
UPDATE crawled_pages SET state = 'skipped', reason = $3, finished_at = $4
WHERE user_id = $1 AND job_id = $2 AND state = 'queued' AND kind <> 'page'

-- plan_by_place --
-- For the statements that write: each row is fetched by its place, whatever the planner knows of the table. Any
-- other join reads the job for each row or each call. And a large job's end may take longer than a statement
-- usually may.
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
  set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
  set_config('enable_seqscan', 'off', true), set_config('statement_timeout', '600s', true)

-- plan_as_usual --
-- After the end, for what else the transaction does.
SELECT set_config('enable_hashjoin', 'on', true), set_config('enable_mergejoin', 'on', true),
  set_config('enable_indexscan', 'on', true), set_config('enable_bitmapscan', 'on', true),
  set_config('enable_seqscan', 'on', true)
