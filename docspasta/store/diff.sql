-- What changed from one run of a source to another.

-- run_before --
-- The newest run before another that is fit to be read.
SELECT coalesce(run_before(run), '') FROM crawling_jobs AS run WHERE user_id = :user_id AND job_id = :job_id

-- is_run --
-- Whether a job is an ended run of a source.
SELECT EXISTS (SELECT FROM crawling_jobs
  WHERE user_id = :user_id AND source_id = :source_id AND job_id = :job_id AND finished_at IS NOT NULL)

-- changes --
-- A page of what changed, by address, after an address and a kind.
SELECT {PageChange} FROM page_changes(:user_id, :from_job, :to_job) AS change WHERE kind <> 'same'
  AND (url COLLATE "C", kind COLLATE "C") > (:after_url::text COLLATE "C", :after_kind::text COLLATE "C")
ORDER BY url COLLATE "C", kind COLLATE "C" LIMIT :limit

-- counts --
-- How many pages changed in which way, or stayed the same.
SELECT kind, count(*) AS pages FROM page_changes(:user_id, :from_job, :to_job) AS change GROUP BY kind
