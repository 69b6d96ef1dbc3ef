-- What a watcher reads: a job's place and the pages that changed after a version, in one snapshot.

-- watched_job --
-- The job as it stands; its version is the newest that was handed out.
SELECT {Job} FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id

-- changed_pages --
-- Pages that changed after version :after, in the order in which they did.
SELECT {Page}
FROM crawled_pages
WHERE user_id = :user_id AND job_id = :job_id AND state_version > :after AND state_version > 0 AND kind = 'page'
ORDER BY state_version LIMIT :limit

-- newest_versions --
-- Where all jobs that a process watches stand, in one statement (maintenance role).
SELECT job.user_id, job.job_id, job.state_version AS version
FROM unnest(:user_id::text[], :job_id::text[]) AS watched (user_id, job_id)
JOIN crawling_jobs AS job USING (user_id, job_id) WHERE job.deleted_at IS NULL
