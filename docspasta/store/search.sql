-- The search index of a job: built at one go, read block by block.

-- newest_index --
-- The newest finished index of a job, and what the job is now.
SELECT job.state, job.state_version AS job_version, built.build_id, built.version, coalesce(built.languages, '{}') AS languages,
  coalesce(built.segments, '{}') AS segments,
  built.pages, extract(epoch FROM now() - built.finished_at)::double precision AS age FROM crawling_jobs AS job LEFT JOIN LATERAL (
  SELECT * FROM search_indexes AS one WHERE one.user_id = :user_id AND one.job_id = :job_id
    AND one.finished_at IS NOT NULL AND one.format = :format ORDER BY one.finished_at DESC LIMIT 1) AS built ON true
WHERE job.user_id = :user_id AND job.job_id = :job_id

-- begin_index --
-- A new build.
INSERT INTO search_indexes (user_id, job_id, build_id, version, format)
SELECT :user_id, job.job_id, :build_id, job.state_version, :format FROM crawling_jobs AS job
WHERE job.user_id = :user_id AND job.job_id = :job_id

-- add_blocks --
-- Some blocks of a build.
INSERT INTO search_blocks (user_id, job_id, build_id, segment, key, data)
SELECT :user_id, :job_id, :build_id, :segment, one.key, one.data
FROM unnest(:key::bytea[], :data::bytea[]) AS one (key, data)

-- finish_index --
-- The build is whole.
UPDATE search_indexes SET finished_at = now(), pages = :pages, languages = :languages, segments = :segments
WHERE user_id = :user_id AND job_id = :job_id AND build_id = :build_id

-- drop_index --
-- A build that was not finished.
DELETE FROM search_indexes WHERE user_id = :user_id AND job_id = :job_id AND build_id = :build_id AND finished_at IS NULL

-- drop_older --
-- What a finished build takes the place of, and what was left behind half done.
DELETE FROM search_indexes WHERE user_id = :user_id AND job_id = :job_id AND build_id <> :build_id
  AND (finished_at IS NOT NULL OR created_at < now() - interval '1 hour')

-- find_blocks --
-- The block of each segment that each key is in, if it is there at all.
SELECT wanted.segment, wanted.key, block.data
FROM unnest(:segment::integer[], :key::bytea[]) AS wanted (segment, key)
CROSS JOIN LATERAL (
  SELECT one.data FROM search_blocks AS one
  WHERE one.user_id = :user_id AND one.job_id = :job_id AND one.build_id = :build_id
    AND one.segment = wanted.segment AND one.key <= wanted.key ORDER BY one.key DESC LIMIT 1) AS block

-- jobs_to_search --
-- Of each source its current run, and of each other address its newest completed job; before there is one, the
-- newest that has pages.
WITH readable AS (SELECT job_id, source_id, url, created_at, state = 'completed' AND NOT suspect AS whole
  FROM crawling_jobs WHERE user_id = :user_id AND processed > 0 AND deleted_at IS NULL)
SELECT job_id FROM (
  SELECT DISTINCT ON (source_id, CASE WHEN source_id IS NULL THEN url END) job_id, created_at FROM readable AS job
  WHERE source_id IS NOT NULL OR url NOT IN (SELECT url FROM readable WHERE source_id IS NOT NULL)
  ORDER BY source_id, CASE WHEN source_id IS NULL THEN url END, whole DESC, created_at DESC) AS newest
ORDER BY created_at DESC LIMIT :limit

-- runs_to_index --
-- Asked by docspasta_tend: some of the runs of sources that were completed within a day and have no index, those
-- only whose source has one of an earlier run unless :always. One that is being built for an hour is not awaited.
SELECT run.user_id, run.job_id FROM crawling_jobs AS run
WHERE run.finished_at > now() - interval '1 day' AND run.deleted_at IS NULL AND run.source_id IS NOT NULL
  AND run.state = 'completed' AND NOT run.suspect
  AND NOT EXISTS (SELECT FROM search_indexes AS one WHERE one.user_id = run.user_id AND one.job_id = run.job_id
    AND one.format = :format AND (one.finished_at IS NOT NULL OR one.created_at > now() - interval '1 hour'))
  AND (:always::boolean OR EXISTS (SELECT FROM crawling_jobs AS other
    JOIN search_indexes AS one ON one.user_id = other.user_id AND one.job_id = other.job_id
    WHERE other.user_id = run.user_id AND other.source_id = run.source_id))
ORDER BY run.finished_at LIMIT :limit
