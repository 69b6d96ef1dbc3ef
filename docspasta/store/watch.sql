-- What a watcher reads: a job's place and the pages that changed after a version, in one snapshot.
-- $1 is the user, $2 the job.

-- watched_job --
-- The job as it stands; its version is the newest that was handed out.
SELECT *, now() AS read_at FROM crawling_jobs WHERE user_id = $1 AND job_id = $2

-- changed_pages --
-- Pages that changed after version $3, in the order in which they did.
SELECT page_id, url, state, reason, http_status, depth, title, detail, state_version, markdown_bytes, words, tokens,
  redirected_to, duplicate_of, position, language, finished_at, content_hash, description, anchor
FROM crawled_pages
WHERE user_id = $1 AND job_id = $2 AND state_version > $3 AND state_version > 0 AND kind = 'page'
ORDER BY state_version LIMIT $4

-- newest_versions --
-- Where all jobs that a process watches stand, in one statement (tend role).
SELECT job.user_id, job.job_id, job.state_version
FROM unnest($1::text[], $2::text[]) AS watched (user_id, job_id)
JOIN crawling_jobs AS job USING (user_id, job_id) WHERE job.deleted_at IS NULL
