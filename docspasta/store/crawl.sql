-- crawl_rules --
-- What a processor needs to know of a job before it converts and records.
SELECT url, settings::text AS settings, scope::text AS scope, keep_raw
FROM crawling_jobs
WHERE user_id = :user_id AND job_id = :job_id
