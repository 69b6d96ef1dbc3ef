-- Maintenance. The first group is asked by docspasta_tend, which sees a job's key, state and version only. What
-- changes a job runs as the application role, as that job's user.

-- try_job --
-- Keep other replicas from maintaining this job until the transaction's end; false: one of them does.
SELECT pg_try_advisory_xact_lock(hashtextextended('docspasta maintenance ' || :user_id || ' ' || :job_id, 0))

-- jobs_under_way --
-- Where every running or paused job stands.
SELECT {JobPosition} FROM crawling_jobs
WHERE finished_at IS NULL AND state IN ('running', 'paused') ORDER BY user_id, job_id

-- jobs_by_state --
-- Jobs that have not ended, by state, and the running jobs of the user who has most: for metrics.
SELECT coalesce(sum(jobs) FILTER (WHERE state = 'queued'), 0)::bigint AS queued,
  coalesce(sum(jobs) FILTER (WHERE state = 'running'), 0)::bigint AS running,
  coalesce(sum(jobs) FILTER (WHERE state = 'paused'), 0)::bigint AS paused,
  coalesce(max(jobs) FILTER (WHERE state = 'running'), 0)::bigint AS busiest
FROM (SELECT user_id, state, count(*) AS jobs FROM crawling_jobs WHERE finished_at IS NULL
      GROUP BY user_id, state) AS of_user

-- jobs_open_of_share --
-- How many jobs of the users whose names begin so have not ended.
SELECT count(*) FROM crawling_jobs WHERE finished_at IS NULL AND starts_with(user_id, :prefix)

-- today_of_share --
-- What the users whose names begin so had recorded and fetched today (UTC), and the seconds until the day ends.
SELECT coalesce(sum(pages), 0)::bigint AS pages, coalesce(sum(bytes_fetched), 0)::bigint AS bytes_fetched,
  extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day' - now() AT TIME ZONE 'UTC')
    ::double precision AS seconds_left
FROM usage_daily WHERE day = (now() AT TIME ZONE 'UTC')::date AND starts_with(user_id, :prefix)

-- users_waiting --
-- Users who have queued jobs, the one who waits longest first.
SELECT user_id FROM crawling_jobs WHERE finished_at IS NULL AND state = 'queued'
GROUP BY user_id ORDER BY min(created_at), user_id

-- jobs_ended --
-- Jobs that ended within the last hour: their traces in Redis are looked for.
SELECT user_id, job_id FROM crawling_jobs
WHERE finished_at > now() - interval '1 hour' AND deleted_at IS NULL ORDER BY finished_at

-- jobs_expired --
-- Some of the jobs that ended more than :keep_seconds seconds ago; not a source's current run (rows.py: kept).
SELECT user_id, job_id FROM crawling_jobs AS job
WHERE finished_at < now() - make_interval(secs => :keep_seconds) AND deleted_at IS NULL
  AND (source_id IS NULL OR state <> 'completed' OR suspect OR starts_with(user_id, 'anon-')
    OR EXISTS (SELECT FROM crawling_jobs AS newer WHERE newer.user_id = job.user_id
      AND newer.source_id = job.source_id AND newer.state = 'completed' AND NOT newer.suspect AND newer.deleted_at IS NULL
      AND (newer.created_at, newer.job_id) > (job.created_at, job.job_id)))
ORDER BY finished_at LIMIT :limit

-- jobs_deleted --
-- Some of the deleted jobs whose rows are still there.
SELECT user_id, job_id FROM crawling_jobs WHERE deleted_at IS NOT NULL ORDER BY deleted_at LIMIT :limit

-- purge_chunks --
-- Take some content of a deleted job away that it has alone.
DELETE FROM page_content_chunks WHERE user_id = :user_id AND job_id = :job_id AND (result_id, kind, seq) IN (
  SELECT result_id, kind, seq FROM page_content_chunks WHERE user_id = :user_id AND job_id = :job_id LIMIT :limit)

-- purge_pushes --
-- Take some pushed pages of a deleted job away; its messages and secrets go with its row.
DELETE FROM pushed_pages WHERE user_id = :user_id AND job_id = :job_id AND url_key IN (
  SELECT url_key FROM pushed_pages WHERE user_id = :user_id AND job_id = :job_id LIMIT :limit)

-- purge_pieces --
-- Take some pieces of a deleted job away.
DELETE FROM document_pieces WHERE user_id = :user_id AND job_id = :job_id AND (form, seq) IN (
  SELECT form, seq FROM document_pieces WHERE user_id = :user_id AND job_id = :job_id LIMIT :limit)

-- purge_job --
-- Take the row of a deleted job away, when nothing hangs on it any more.
DELETE FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id AND deleted_at IS NOT NULL
RETURNING coalesce(address_id, '')
