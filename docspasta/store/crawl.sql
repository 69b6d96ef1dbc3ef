-- view_of_job --
-- What a processor needs to know of a job before it converts and records.
SELECT state, url, settings::text AS settings, scope::text AS scope, keep_raw
FROM crawling_jobs
WHERE user_id = $1 AND job_id = $2
