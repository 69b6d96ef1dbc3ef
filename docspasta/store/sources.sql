-- A user's sources: create, show, list, change, delete, and their runs.

-- lock_sources --
-- One at a time adds to a user's sources: their number is limited.
SELECT pg_advisory_xact_lock(hashtextextended('docspasta sources ' || :user_id, 0))

-- count_sources --
-- How many sources the user has.
SELECT count(*) FROM sources WHERE user_id = :user_id AND NOT of_address

-- insert_source --
-- A new source; no row when the name is taken.
INSERT INTO sources (user_id, source_id, name, settings, keep, max_removed_percent, cron, time_zone, every_seconds, suspended,
  overlap, missed, start_within_seconds, next_at)
VALUES (:user_id, :source_id, :name, :settings::jsonb, :keep, :max_removed_percent, :cron, :time_zone, :every_seconds, :suspended,
  :overlap, :missed, :start_within_seconds, :next_at)
ON CONFLICT (user_id, name) DO NOTHING

-- source --
-- One source of the user's, with its current run and its newest.
SELECT {Source} FROM sources_with_runs WHERE user_id = :user_id AND source_id = :source_id

-- sources --
-- A part of the user's sources by name, after a name. The first one whose settings bring those of the part over :bytes
-- is its last.
SELECT {ListedSource} FROM (
  SELECT *, row_number() OVER listed AS place, lead(true, 1, false) OVER listed AS more_follow,
    coalesce(sum(octet_length(settings::text)) OVER (listed ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
  FROM (SELECT * FROM sources_with_runs WHERE user_id = :user_id AND name > :after ORDER BY name LIMIT :limit + 1) AS found
  WINDOW listed AS (ORDER BY name)
) AS sources_with_runs
WHERE place <= :limit AND bytes_before <= :bytes ORDER BY place

-- lock_source --
-- Take a source's row for writing. NO KEY: its runs may go on.
SELECT source_id FROM sources WHERE user_id = :user_id AND source_id = :source_id FOR NO KEY UPDATE

-- change_source --
-- What its user may change.
UPDATE sources SET name = :name, settings = :settings::jsonb, keep = :keep,
  max_removed_percent = :max_removed_percent, cron = :cron, time_zone = :time_zone, every_seconds = :every_seconds, suspended = :suspended, overlap = :overlap,
  missed = :missed, start_within_seconds = :start_within_seconds, next_at = :next_at
WHERE user_id = :user_id AND source_id = :source_id

-- is_taken --
-- Whether another source of the user's has this name.
SELECT EXISTS (SELECT FROM sources WHERE user_id = :user_id AND source_id <> :source_id AND name = :name)

-- delete_source --
-- Its runs stay, as jobs of their own.
DELETE FROM sources WHERE user_id = :user_id AND source_id = :source_id AND NOT of_address RETURNING source_id

-- open_run --
-- The run of a source that has not ended.
SELECT job_id FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id AND finished_at IS NULL
ORDER BY created_at DESC, job_id DESC LIMIT 1

-- runs --
-- A part of a source's runs, newest first, after a key; bounded as the list of jobs is.
SELECT {ListedJob} FROM (
  SELECT *, row_number() OVER listed AS place, lead(true, 1, false) OVER listed AS more_follow,
    coalesce(sum(octet_length(settings::text)) OVER (listed ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
  FROM (SELECT * FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id
      AND (:after_time::timestamptz IS NULL OR (created_at, job_id) < (:after_time, :after_job::text))
    ORDER BY created_at DESC, job_id DESC LIMIT :limit + 1) AS found
  WINDOW listed AS (ORDER BY created_at DESC, job_id DESC)
) AS crawling_jobs
WHERE place <= :limit AND bytes_before <= :bytes ORDER BY place

-- runs_over --
-- Ended runs beyond the newest :keep, without the current one.
SELECT job_id FROM (SELECT job_id, finished_at, row_number() OVER (ORDER BY created_at DESC, job_id DESC) AS place
  FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id) AS run
WHERE place > :keep AND finished_at IS NOT NULL AND job_id <> :current_job_id

-- due_sources --
-- Asked by docspasta_tend: some of the sources whose next run is to begin: each user's longest due first, then each
-- one's second; not those that wait for the end of a run.
SELECT user_id, source_id FROM (SELECT user_id, source_id, next_at,
    row_number() OVER (PARTITION BY user_id ORDER BY next_at) AS turn
  FROM sources WHERE next_at <= :now AND NOT (overlap = 'queue' AND EXISTS (SELECT
    FROM crawling_jobs AS job WHERE job.user_id = sources.user_id AND job.source_id = sources.source_id
      AND job.finished_at IS NULL))) AS due
ORDER BY turn, next_at LIMIT :limit

-- tick --
-- A tick was seen: when the next one comes, and why this one began no run ('' when it did).
UPDATE sources SET next_at = :next_at, skipped_because = CASE WHEN :because = '' THEN skipped_because ELSE :because END,
  skipped_at = CASE WHEN :because = '' THEN skipped_at ELSE :now::timestamptz END
WHERE user_id = :user_id AND source_id = :source_id

-- failed_in_a_row --
-- How many of the newest ended runs failed one after the other.
SELECT count(*) FROM crawling_jobs AS job WHERE user_id = :user_id AND source_id = :source_id AND state = 'failed'
  AND NOT EXISTS (SELECT FROM crawling_jobs AS good WHERE good.user_id = :user_id AND good.source_id = :source_id
    AND good.state IN ('completed', 'cancelled') AND (good.created_at, good.job_id) > (job.created_at, job.job_id))

-- accept_run --
-- Let a suspect run be current.
UPDATE crawling_jobs SET suspect = false, accepted_at = :now
WHERE user_id = :user_id AND source_id = :source_id AND job_id = :job_id AND suspect

-- is_accepted --
-- Whether somebody said that this run may be current.
SELECT accepted_at IS NOT NULL FROM crawling_jobs
WHERE user_id = :user_id AND source_id = :source_id AND job_id = :job_id

-- reschedule --
-- Let a schedule count or not, and when it begins the next run.
UPDATE sources SET suspended = :suspended, next_at = :next_at WHERE user_id = :user_id AND source_id = :source_id
