-- lock_job --
-- Take the job's row for writing; what it says is read after the wait. NO KEY: foreign-key checks go on.
SELECT {LockedRow}
FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id FOR NO KEY UPDATE

-- add_navigation --
-- Store each navigation that the job does not have yet. Under the job's lock, so that nobody waits for it.
INSERT INTO page_content_chunks (user_id, job_id, result_id, kind, seq, data)
SELECT :user_id, :job_id, id, 'navigation', seq, data FROM unnest(:id::uuid[], :seq::int[], :data::bytea[]) AS new (id, seq, data)
ON CONFLICT DO NOTHING

-- find_results --
-- Where the rows of a batch stand. LATERAL with LIMIT: one look-up a row. The order is asked for as find_targets
-- does: only the primary key has it, whatever the planner knows.
SELECT page.* FROM unnest(:page_id::bigint[]) AS wanted (page_id) CROSS JOIN LATERAL (
  SELECT page_id, url, kind, state, depth FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND page_id >= wanted.page_id AND page_id <= wanted.page_id
  ORDER BY page_id LIMIT 1) AS page

-- plan_by_key --
-- For single rows: an index that does not hand rows over in the order asked for is never taken.
SELECT set_config('enable_sort', 'off', true)

-- plan_sorted --
-- After it, for what else the transaction does.
SELECT set_config('enable_sort', 'on', true)

-- find_targets --
-- Of the found URLs, those that need something: unknown ones, known ones found nearer, and refused ones that
-- are near enough now or that a redirect leads to. The row's order is asked for, though there is one at most: only
-- the index that starts at the URL has it, and statistics may praise any other one that begins with the user.
SELECT found.url_key, found.depth AS found_depth, found.target, page.page_id, page.url, page.kind,
  page.refused_by, page.state, page.depth, page.redirects, page.state_version, page.result_id, page.navigation_id
FROM unnest(:url_key::text[], :depth::int[], :target::bool[]) WITH ORDINALITY AS found (url_key, depth, target, place)
LEFT JOIN LATERAL (
  SELECT page_id, url, kind, refused_by, state, depth, redirects, state_version, result_id, navigation_id
  FROM crawled_pages WHERE user_id = :user_id
    AND (url_key, job_id) >= (found.url_key, :job_id) AND (url_key, job_id) <= (found.url_key, :job_id)
  ORDER BY url_key, job_id LIMIT 1) AS page ON true
WHERE page.page_id IS NULL OR page.depth > found.depth
  OR (page.kind = 'refused' AND (found.target OR page.refused_by = 'depth') AND found.depth <= :depth_limit)
ORDER BY found.place

-- find_content --
-- Facts and navigations of pages whose links are looked at again.
SELECT result_id, kind, string_agg(data, ''::bytea ORDER BY seq) AS data FROM page_content_chunks
WHERE user_id = :user_id AND job_id IN ('', :job_id) AND result_id = ANY (:results::uuid[]) AND kind IN ('facts', 'navigation')
GROUP BY result_id, kind

-- find_refused --
-- The links that the page limits refused, nearest first.
SELECT page_id, url, url_key, depth, redirects, refused_by FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'refused' AND refused_by IN ('pages', 'user_pages')
ORDER BY depth, page_id LIMIT :limit

-- count_discoveries --
-- How many robots.txt, sitemaps and the like the job has asked for.
SELECT count(*) FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND kind IN ('robots', 'sitemap', 'llms', 'probe')

-- write_results --
-- Write each result once: a row that is no longer queued stays as it is. Rows are found by LATERAL look-ups
-- and joined by ctid, which nobody else moves under the job's lock: never a plan that reads the whole job.
UPDATE crawled_pages AS page SET state = new.state, reason = new.reason, detail = new.detail,
  http_status = new.http_status, state_version = new.state_version, finished_at = :now, result_id = new.result_id,
  title = new.title, heading = new.heading, description = new.description, language = new.language,
  content_hash = new.content_hash, likeness = new.likeness, canonical_url = new.canonical_url,
  rel_next = new.rel_next, rel_prev = new.rel_prev, navigation_id = new.navigation_id, redirected_to = new.redirected_to,
  words = new.words, tokens = new.tokens, markdown_bytes = new.markdown_bytes, bytes_fetched = new.bytes_fetched,
  stale_since = new.stale_since, markdown_id = new.markdown_id
FROM unnest(:page_id::bigint[], :state::text[], :reason::text[], :detail::text[], :http_status::int[],
  :state_version::bigint[], :result_id::uuid[], :title::text[], :heading::text[], :description::text[],
  :language::text[], :content_hash::text[], :likeness::text[], :canonical_url::text[], :rel_next::text[], :rel_prev::text[],
  :navigation_id::uuid[], :redirected_to::text[], :words::int[], :tokens::int[], :markdown_bytes::bigint[],
  :bytes_fetched::bigint[], :stale_since::timestamptz[], :markdown_id::uuid[])
  AS new (page_id, state, reason, detail, http_status, state_version, result_id, title, heading, description,
    language, content_hash, likeness, canonical_url, rel_next, rel_prev, navigation_id, redirected_to, words, tokens,
    markdown_bytes, bytes_fetched, stale_since, markdown_id)
CROSS JOIN LATERAL (SELECT ctid FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND page_id >= new.page_id AND page_id <= new.page_id
  ORDER BY page_id LIMIT 1) AS place
WHERE page.ctid = place.ctid AND page.user_id = :user_id AND page.job_id = :job_id AND page.state = 'queued'

-- add_pages --
-- Add found URLs, admitted (refused_by '') or remembered as refused; a URL is a row once a job.
INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind, state, refused_by, depth, redirects, found_on, found_at)
SELECT :user_id, :job_id, url, url_key, CASE refused_by WHEN '' THEN kind ELSE 'refused' END,
  CASE refused_by WHEN '' THEN 'queued' ELSE 'skipped' END, refused_by, depth, redirects, found_on, :now
FROM unnest(:url::text[], :url_key::text[], :kind::text[], :refused_by::text[], :depth::int[], :redirects::int[],
  :found_on::bigint[]) WITH ORDINALITY AS new (url, url_key, kind, refused_by, depth, redirects, found_on, place)
ORDER BY place
ON CONFLICT (user_id, url_key, job_id) DO NOTHING
RETURNING page_id, url, url_key, CASE kind WHEN 'refused' THEN 'page' ELSE kind END AS kind, redirects, refused_by

-- admit_refused --
-- A refused link comes in after all: room was made, or it was found nearer.
UPDATE crawled_pages AS page SET kind = 'page', state = 'queued', refused_by = '', found_at = :now
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'refused' AND page_id = ANY (:page_ids::bigint[])
RETURNING {QueuedPage}

-- refuse_otherwise --
-- A link that the depth limit refused is near enough now, but there is no room.
UPDATE crawled_pages SET refused_by = :cause
WHERE user_id = :user_id AND job_id = :job_id AND kind = 'refused' AND page_id = ANY (:page_ids::bigint[])

-- shrink_depths --
-- A shorter way was found. What a watcher has seen of a page changes under a version of its own.
UPDATE crawled_pages AS page SET depth = new.depth,
  state_version = CASE WHEN new.state_version > 0 THEN new.state_version ELSE page.state_version END
FROM unnest(:page_id::bigint[], :depth::int[], :state_version::bigint[]) AS new (page_id, depth, state_version)
CROSS JOIN LATERAL (SELECT ctid FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND page_id >= new.page_id AND page_id <= new.page_id
  ORDER BY page_id LIMIT 1) AS place
WHERE page.ctid = place.ctid AND page.user_id = :user_id AND page.job_id = :job_id

-- write_job --
-- The last write of a transaction: the counts, and the version that is the job's alone.
UPDATE crawling_jobs SET state = :state, state_version = :version, title = :title, scope = coalesce(scope, :scope::jsonb),
  discovered = :discovered, queued = :queued, processed = :processed, failed = :failed, skipped = :skipped, redirected = :redirected, discovering = :discovering,
  refused_pages = :refused_pages, refused_depth = :refused_depth, refused_user_pages = :refused_user_pages, limit_reached = :limit_reached, reasons = :reasons::jsonb,
  bytes_fetched = :bytes_fetched, markdown_bytes = :markdown_bytes, words = :words, tokens = :tokens, unchanged = :unchanged, contradicted = :contradicted, stale = :stale, current_url = :current_url, error = :error,
  document_bytes = :document_bytes, finished_at = :finished_at, running_since = :running_since, running_seconds = :running_seconds, deadline_at = :deadline_at,
  takes_pushes = :takes_pushes,
  sealed_headers = CASE WHEN :finished_at::timestamptz IS NULL THEN sealed_headers END
WHERE user_id = :user_id AND job_id = :job_id

-- used_today --
-- How many pages of this user were recorded on this day.
SELECT coalesce((SELECT pages FROM usage_daily WHERE user_id = :user_id AND day = :day), 0)

-- count_usage --
-- Add to the user's day. The last lock of a transaction, so that a user's jobs never wait crosswise.
INSERT INTO usage_daily (user_id, day, pages, bytes_fetched) VALUES (:user_id, :day, :pages, :bytes_fetched)
ON CONFLICT (user_id, day) DO UPDATE SET pages = usage_daily.pages + excluded.pages,
  bytes_fetched = usage_daily.bytes_fetched + excluded.bytes_fetched
