-- find_placed --
-- What reading order is made from: pages with content, redirects that lead to them, and files that hold a menu;
-- and where their rows stand, for nobody else moves them under the job's lock. Columns are those of StoredPage.
-- All have a version, which is what the index knows them by. A title has only what is like :no_such_page.
SELECT ctid AS place, page_id, url, url_key AS key, depth,
  CASE state WHEN 'processed' THEN '' ELSE redirected_to END AS redirected_to, rel_next, rel_prev,
  navigation_id AS navigation, content_hash, likeness, canonical_url AS canonical, markdown_bytes,
  CASE WHEN left(likeness, 16) = left(nullif(:no_such_page, ''), 16) THEN title ELSE '' END AS title,
  reason = 'left_out' AS is_menu
FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page'
  AND (state = 'processed' OR reason = 'redirected' OR (reason = 'left_out' AND navigation_id IS NOT NULL))

-- find_start --
-- What the start page calls itself, and its facts.
SELECT coalesce(nullif(heading, ''), title) AS title, (
  SELECT string_agg(data, ''::bytea ORDER BY seq) FROM page_content_chunks AS chunk
  WHERE chunk.user_id = :user_id AND chunk.job_id IN ('', :job_id) AND chunk.result_id = page.result_id
    AND chunk.kind = 'facts') AS facts
FROM crawled_pages AS page WHERE user_id = :user_id AND job_id = :job_id AND page_id = :page_id

-- find_titles --
-- The titles of the pages with content, and how many pages have each and no heading of their own.
SELECT title, count(*) FILTER (WHERE heading = '') AS pages FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > 0 AND kind = 'page' AND state = 'processed'
GROUP BY title ORDER BY title LIMIT :limit

-- find_no_such_page --
-- What pages are like that the site makes for addresses that do not exist.
SELECT likeness, title FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'probe' AND state = 'processed' AND likeness <> ''
ORDER BY page_id LIMIT 1

-- find_navigation --
-- Some of the job's navigations.
SELECT result_id, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'navigation' AND result_id = ANY (:results::uuid[])
GROUP BY result_id

-- find_queued --
-- Where the rows of pages stand that are still queued. As text, for nobody looks at it before it comes back.
SELECT array_agg(ctid)::text FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state = 'queued' AND kind = 'page' HAVING count(*) > 0

-- skip_queued --
-- What is queued is skipped. Each page has a version of its own, above :base.
UPDATE crawled_pages AS page SET
  state = 'skipped', reason = :reason, finished_at = :now, state_version = :base + changed.n
FROM unnest(:place::text::tid[]) WITH ORDINALITY AS changed (place, n)
WHERE page.ctid = changed.place AND page.user_id = :user_id AND page.job_id = :job_id

-- place_pages --
-- The places of some pages with content. That is no change of theirs that a watcher is told, and no index has it.
-- Those that turned out to be what the site answers for missing pages are taken back, under a version each (else 0).
UPDATE crawled_pages AS page SET
  position = new.position, anchor = new.anchor, duplicate_of = new.duplicate_of,
  state_version = CASE WHEN new.version > 0 THEN new.version ELSE page.state_version END,
  state = CASE WHEN new.version > 0 THEN 'skipped' ELSE page.state END,
  reason = CASE WHEN new.version > 0 THEN 'not_found' ELSE page.reason END
FROM unnest(:place::tid[], :position::int[], :anchor::text[], :duplicate_of::bigint[], :version::bigint[])
  AS new (place, position, anchor, duplicate_of, version)
WHERE page.ctid = new.place AND page.user_id = :user_id AND page.job_id = :job_id

-- end_discovery --
-- Robots.txt, sitemaps and llms.txt that were still out are not needed any more.
UPDATE crawled_pages SET state = 'skipped', reason = :reason, finished_at = :now
WHERE user_id = :user_id AND job_id = :job_id AND state = 'queued' AND kind <> 'page'

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
