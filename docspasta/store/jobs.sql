-- A user's jobs: create, show, list, steer, delete. $1 is always the user.

-- try_idempotency_key --
-- Hold a key until the transaction's end; false: the same request is in progress.
SELECT pg_try_advisory_xact_lock(hashtextextended('docspasta idempotency ' || $1 || ' ' || $2, 0))

-- forget_idempotency_key --
-- A key older than 24 h names nothing any more.
UPDATE crawling_jobs SET idempotency_key = NULL, idempotency_hash = NULL
WHERE user_id = $1 AND idempotency_key = $2 AND created_at < now() - interval '24 hours'

-- job_of_idempotency_key --
-- The job that an earlier request with the same key made.
SELECT *, now() AS read_at FROM crawling_jobs WHERE user_id = $1 AND idempotency_key = $2

-- open_jobs --
-- How many of the user's jobs have not ended, and how many of them run.
SELECT count(*) AS open, count(*) FILTER (WHERE state = 'running') AS running
FROM crawling_jobs WHERE user_id = $1 AND finished_at IS NULL

-- insert_job --
-- The job's row, running at once when $3 says so. Its rows of pages follow in the same transaction.
INSERT INTO crawling_jobs (user_id, job_id, state, started_at, running_since, deadline_at,
  url, settings, header_names, sealed_headers, idempotency_key, idempotency_hash, keep_raw,
  page_limit, depth_limit, byte_limit, day_page_limit, seconds_limit, running_limit, discovered, queued, discovering)
SELECT $1, $2, CASE WHEN $3 THEN 'running' ELSE 'queued' END,
  CASE WHEN $3 THEN now() END, CASE WHEN $3 THEN now() END, CASE WHEN $3 THEN now() + make_interval(secs => $15) END,
  $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 1, 1, $17
RETURNING *, now() AS read_at

-- insert_first_pages --
-- The start page and the discovery rows, in the order in which they shall be taken.
INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind)
SELECT $1, $2, url, url_key, kind
FROM unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS given (url, url_key, kind, place) ORDER BY place
RETURNING page_id, url, url_key, kind, redirects

-- job --
-- One job of the user's, as it stands.
SELECT *, now() AS read_at FROM crawling_jobs WHERE user_id = $1 AND job_id = $2

-- jobs --
-- A page of the user's jobs, newest first, after a key; only states of $3 unless it is empty.
SELECT *, now() AS read_at FROM crawling_jobs
WHERE user_id = $1 AND (cardinality($3::text[]) = 0 OR state = ANY ($3::text[]))
  AND ($4::timestamptz IS NULL OR (created_at, job_id) < ($4, $5::text))
ORDER BY created_at DESC, job_id DESC LIMIT $2

-- lock_job --
-- Take the job's row for writing; every step of a job begins here.
SELECT *, now() AS read_at FROM crawling_jobs WHERE user_id = $1 AND job_id = $2 FOR NO KEY UPDATE

-- pause_job --
-- Stop the clock: what ran so far is kept, and what is left of the time with it.
UPDATE crawling_jobs SET state = 'paused', running_since = NULL, deadline_at = NULL,
  running_seconds = running_seconds + coalesce(extract(epoch FROM now() - running_since), 0)
WHERE user_id = $1 AND job_id = $2 AND state IN ('queued', 'running')
RETURNING *, now() AS read_at

-- queue_job --
-- Resume a paused job that has to wait for one of the user's places.
UPDATE crawling_jobs SET state = 'queued' WHERE user_id = $1 AND job_id = $2 AND state = 'paused'
RETURNING *, now() AS read_at

-- run_job --
-- Start or resume a job: its clock runs, for what is left of its time.
UPDATE crawling_jobs SET state = 'running', started_at = coalesce(started_at, now()), running_since = now(),
  deadline_at = now() + make_interval(secs => greatest(seconds_limit - running_seconds, 0))
WHERE user_id = $1 AND job_id = $2 AND state IN ('queued', 'paused')
RETURNING *, now() AS read_at

-- see_deleted --
-- See deleted jobs too, for the rest of the transaction: to delete one, or to take its rows away.
SELECT set_config('docspasta.deleting', 'on', true)

-- delete_job --
-- Hide an ended job from everybody; tending takes its rows away. Its idempotency key is free again.
UPDATE crawling_jobs SET deleted_at = now(), idempotency_key = NULL, idempotency_hash = NULL
WHERE user_id = $1 AND job_id = $2 AND finished_at IS NOT NULL AND deleted_at IS NULL

-- lock_places --
-- One at a time gives out a user's places for running jobs.
SELECT pg_advisory_xact_lock(hashtextextended('docspasta places ' || $1, 0))

-- start_next_job --
-- Give a free place to the user's oldest queued job. One that is being steered just now is passed over.
UPDATE crawling_jobs SET state = 'running', started_at = coalesce(started_at, now()), running_since = now(),
  deadline_at = now() + make_interval(secs => greatest(seconds_limit - running_seconds, 0))
WHERE user_id = $1 AND state = 'queued' AND job_id = (SELECT job_id FROM crawling_jobs
  WHERE user_id = $1 AND state = 'queued' ORDER BY created_at, job_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
  AND running_limit > (SELECT count(*) FROM crawling_jobs WHERE user_id = $1 AND state = 'running')
RETURNING *, now() AS read_at

-- queued_pages --
-- Some of a job's queued rows, after a page id: what the frontier ought to hold.
SELECT page_id, url, url_key, kind, redirects FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND state = 'queued' AND page_id > $3 ORDER BY page_id LIMIT $4

-- still_queued --
-- Which of these rows are still queued, in a job that has not ended.
SELECT page_id FROM crawled_pages AS page JOIN crawling_jobs AS job USING (user_id, job_id)
WHERE page.user_id = $1 AND page.job_id = $2 AND page.page_id = ANY ($3::bigint[]) AND page.state = 'queued'
  AND job.state IN ('running', 'paused')

-- where_jobs_stand --
-- State and version of some of the user's jobs.
SELECT job_id, state, state_version FROM crawling_jobs WHERE user_id = $1 AND job_id = ANY ($2::text[])
