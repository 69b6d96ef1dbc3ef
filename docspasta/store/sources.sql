-- A user's sources: create, show, list, change, delete, and their runs.

-- lock_sources --
-- One at a time adds to a user's sources: their number is limited.
SELECT pg_advisory_xact_lock(hashtextextended('docspasta sources ' || :user_id, 0))

-- count_sources --
-- How many sources the user has.
SELECT count(*) FROM sources WHERE user_id = :user_id

-- insert_source --
-- A new source; no row when the name is taken.
INSERT INTO sources (user_id, source_id, name, settings, keep)
VALUES (:user_id, :source_id, :name, :settings::jsonb, :keep)
ON CONFLICT (user_id, name) DO NOTHING

-- source --
-- One source of the user's, with its current run and its newest.
SELECT {Source} FROM sources_with_runs WHERE user_id = :user_id AND source_id = :source_id

-- sources --
-- A page of the user's sources by name, after a name.
SELECT {Source} FROM sources_with_runs WHERE user_id = :user_id AND name > :after ORDER BY name LIMIT :limit

-- lock_source --
-- Take a source's row for writing. NO KEY: its runs may go on.
SELECT source_id FROM sources WHERE user_id = :user_id AND source_id = :source_id FOR NO KEY UPDATE

-- change_source --
-- What its user may change.
UPDATE sources SET name = :name, settings = :settings::jsonb, keep = :keep
WHERE user_id = :user_id AND source_id = :source_id

-- is_taken --
-- Whether another source of the user's has this name.
SELECT EXISTS (SELECT FROM sources WHERE user_id = :user_id AND source_id <> :source_id AND name = :name)

-- delete_source --
-- Its runs stay, as jobs of their own.
DELETE FROM sources WHERE user_id = :user_id AND source_id = :source_id RETURNING source_id

-- open_run --
-- The run of a source that has not ended.
SELECT job_id FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id AND finished_at IS NULL
ORDER BY created_at DESC, job_id DESC LIMIT 1

-- runs --
-- A page of a source's runs, newest first, after a key.
SELECT {Job} FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id
  AND (:after_time::timestamptz IS NULL OR (created_at, job_id) < (:after_time, :after_job::text))
ORDER BY created_at DESC, job_id DESC LIMIT :limit

-- runs_over --
-- Ended runs beyond the newest :keep, without the current one.
SELECT job_id FROM (SELECT job_id, finished_at, row_number() OVER (ORDER BY created_at DESC, job_id DESC) AS place
  FROM crawling_jobs WHERE user_id = :user_id AND source_id = :source_id) AS run
WHERE place > :keep AND finished_at IS NOT NULL AND job_id <> :current_job_id
