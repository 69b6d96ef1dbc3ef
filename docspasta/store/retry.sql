-- Trying again what failed of an ended job. The record's lock_job comes first.

-- allow_retrying --
-- Results may be taken back, until the transaction's end.
SELECT set_config('docspasta.retrying', 'on', true)

-- requeue_failed --
-- Queue what failed, and what one of :walls stood before: the rows are as they were when they were found. Says how
-- many there were of each kind; a list that the site does not have is none. What a page is known by has a version; of
-- the other rows a job has few.
WITH failed AS (
  SELECT ctid AS place, kind, state, reason FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND kind = 'page' AND state_version > 0
    AND (state = 'failed' OR state = 'skipped' AND reason = ANY (:walls::text[]))
  UNION ALL
  SELECT ctid, kind, state, reason FROM crawled_pages
  WHERE user_id = :user_id AND job_id = :job_id AND kind IN ('robots', 'sitemap', 'llms') AND state = 'failed'
    AND http_status NOT IN (404, 410)
), requeued AS (
  UPDATE crawled_pages AS page SET state = 'queued', reason = '', detail = '', http_status = 0, state_version = 0,
    finished_at = NULL, result_id = NULL, redirected_to = ''
  FROM failed WHERE page.ctid = failed.place AND page.user_id = :user_id AND page.job_id = :job_id
)
SELECT {Requeued} FROM (SELECT kind, state, reason, count(*) AS rows FROM failed GROUP BY kind, state, reason) AS counted

-- reopen_job --
-- An ended job begins again, with as much time and as many bytes as it was given at first.
UPDATE crawling_jobs SET state = CASE WHEN :runs THEN 'running' ELSE 'queued' END, retries = retries + 1,
  state_version = :version, queued = :queued, discovering = :discovering, failed = :failed, skipped = :skipped,
  reasons = :reasons::jsonb, limit_reached = :limit_reached, error = '', document_bytes = 0, finished_at = NULL,
  running_since = CASE WHEN :runs THEN now() END,
  deadline_at = CASE WHEN :runs THEN now() + make_interval(secs => coalesce((settings->>'max_seconds')::float, seconds_limit)) END,
  seconds_limit = running_seconds + coalesce((settings->>'max_seconds')::float, seconds_limit),
  byte_limit = bytes_fetched + coalesce((settings->>'max_bytes')::bigint, byte_limit)
WHERE user_id = :user_id AND job_id = :job_id AND finished_at IS NOT NULL
