-- A user's jobs: create, show, list, pause, resume, cancel, delete.

-- try_idempotency_key --
-- Hold a key until the transaction's end; false: the same request is in progress.
SELECT pg_try_advisory_xact_lock(hashtextextended('docspasta idempotency ' || :user_id || ' ' || :key, 0))

-- forget_idempotency_key --
-- A key older than 24 h names nothing any more.
UPDATE crawling_jobs SET idempotency_key = NULL, idempotency_hash = NULL
WHERE user_id = :user_id AND idempotency_key = :key AND created_at < now() - interval '24 hours'

-- job_of_idempotency_key --
-- The job that an earlier request with the same key made.
SELECT {EarlierJob} FROM crawling_jobs WHERE user_id = :user_id AND idempotency_key = :key

-- open_jobs --
-- How many of the user's jobs have not ended, and how many of them run.
SELECT count(*) AS open, count(*) FILTER (WHERE state = 'running') AS running
FROM crawling_jobs WHERE user_id = :user_id AND finished_at IS NULL

-- places --
-- The user's jobs that run or wait for their turn, in the order in which they start.
SELECT {Place} FROM crawling_jobs
WHERE user_id = :user_id AND finished_at IS NULL AND state IN ('queued', 'running') ORDER BY created_at, job_id

-- insert_job --
-- The job's row, running at once when :runs says so. Its rows of pages follow in the same transaction.
INSERT INTO crawling_jobs (user_id, job_id, state, started_at, running_since, deadline_at,
  url, settings, header_names, sealed_headers, idempotency_key, idempotency_hash, keep_raw,
  page_limit, depth_limit, byte_limit, day_page_limit, seconds_limit, running_limit, discovered, queued, discovering, takes_pushes,
  source_id, address_id, previous_job_id)
SELECT :user_id, :job_id, CASE WHEN :runs THEN 'running' ELSE 'queued' END,
  CASE WHEN :runs THEN now() END, CASE WHEN :runs THEN now() END, CASE WHEN :runs THEN now() + make_interval(secs => :seconds_limit) END,
  :url, :settings::jsonb, :header_names, :sealed_headers, :idempotency_key, :idempotency_hash, :keep_raw, :page_limit, :depth_limit, :byte_limit, :day_page_limit, :seconds_limit, :running_limit, :pages::int, :pages::int, :discovering, :takes_pushes,
  :source_id, :address_id, :previous_job_id
RETURNING {Job}

-- insert_first_pages --
-- The start page and the discovery rows, in the order in which they shall be taken.
INSERT INTO crawled_pages (user_id, job_id, url, url_key, kind)
SELECT :user_id, :job_id, url, url_key, kind
FROM unnest(:url::text[], :url_key::text[], :kind::text[]) WITH ORDINALITY AS given (url, url_key, kind, place) ORDER BY place
RETURNING {QueuedPage}

-- job --
-- One job of the user's, as it stands.
SELECT {Job} FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id

-- jobs --
-- A part of the user's jobs, newest first, after a key; only states of :states unless it is empty. The first job whose
-- settings bring those of the part over :bytes is its last.
SELECT {ListedJob} FROM (
  SELECT *, row_number() OVER listed AS place, lead(true, 1, false) OVER listed AS more_follow,
    coalesce(sum(octet_length(settings::text)) OVER (listed ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
  FROM (SELECT * FROM crawling_jobs
    WHERE user_id = :user_id AND (cardinality(:states::text[]) = 0 OR state = ANY (:states::text[]))
      AND (:after_time::timestamptz IS NULL OR (created_at, job_id) < (:after_time, :after_job::text))
    ORDER BY created_at DESC, job_id DESC LIMIT :limit + 1) AS found
  WINDOW listed AS (ORDER BY created_at DESC, job_id DESC)
) AS crawling_jobs
WHERE place <= :limit AND bytes_before <= :bytes ORDER BY place

-- lock_job --
-- Take the job's row for writing; every step of a job begins here.
SELECT {Job} FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id FOR NO KEY UPDATE

-- pause_job --
-- Stop the clock: what ran so far is kept, and what is left of the time with it.
UPDATE crawling_jobs SET state = 'paused', running_since = NULL, deadline_at = NULL,
  running_seconds = running_seconds + coalesce(extract(epoch FROM now() - running_since), 0)
WHERE user_id = :user_id AND job_id = :job_id AND state IN ('queued', 'running')
RETURNING {Job}

-- queue_job --
-- Resume a paused job that has to wait for one of the user's places.
UPDATE crawling_jobs SET state = 'queued' WHERE user_id = :user_id AND job_id = :job_id AND state = 'paused'
RETURNING {Job}

-- run_job --
-- Start or resume a job: its clock runs, for what is left of its time.
UPDATE crawling_jobs SET state = 'running', started_at = coalesce(started_at, now()), running_since = now(),
  deadline_at = now() + make_interval(secs => greatest(seconds_limit - running_seconds, 0))
WHERE user_id = :user_id AND job_id = :job_id AND state IN ('queued', 'paused')
RETURNING {Job}

-- see_deleted --
-- See deleted jobs too, for the rest of the transaction: to delete one, or to take its rows away.
SELECT set_config('docspasta.deleting', 'on', true)

-- delete_job --
-- Hide an ended job from everybody; maintenance takes its rows away. Its idempotency key is free again.
UPDATE crawling_jobs SET deleted_at = now(), idempotency_key = NULL, idempotency_hash = NULL
WHERE user_id = :user_id AND job_id = :job_id AND finished_at IS NOT NULL AND deleted_at IS NULL

-- lock_places --
-- One at a time gives out a user's places for running jobs.
SELECT pg_advisory_xact_lock(hashtextextended('docspasta places ' || :user_id, 0))

-- start_next_job --
-- Give a free place to the user's oldest queued job. One that is being steered just now is passed over.
UPDATE crawling_jobs SET state = 'running', started_at = coalesce(started_at, now()), running_since = now(),
  deadline_at = now() + make_interval(secs => greatest(seconds_limit - running_seconds, 0))
WHERE user_id = :user_id AND state = 'queued' AND job_id = (SELECT job_id FROM crawling_jobs
  WHERE user_id = :user_id AND state = 'queued' ORDER BY created_at, job_id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
  AND running_limit > (SELECT count(*) FROM crawling_jobs WHERE user_id = :user_id AND state = 'running')
RETURNING {Job}

-- queued_pages --
-- Some of a job's queued rows, after a page id: what the frontier ought to hold.
SELECT {QueuedPage} FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state = 'queued' AND page_id > :after ORDER BY page_id LIMIT :limit

-- still_queued --
-- Which of these rows are still queued, in a job that has not ended.
SELECT page_id FROM crawled_pages AS page JOIN crawling_jobs AS job USING (user_id, job_id)
WHERE page.user_id = :user_id AND page.job_id = :job_id AND page.page_id = ANY (:page_ids::bigint[]) AND page.state = 'queued'
  AND job.state IN ('running', 'paused')

-- job_versions --
-- State and version of some of the user's jobs.
SELECT {JobVersion} FROM crawling_jobs WHERE user_id = :user_id AND job_id = ANY (:job_ids::text[])
