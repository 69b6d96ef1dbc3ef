-- A run that would take away too many of its source's pages is suspect: it is kept and shown, but does not become
-- current until somebody accepts it. It is judged at the end of the transaction that completes it, when its last
-- pages are written.

ALTER TABLE sources ADD COLUMN max_removed_percent integer NOT NULL DEFAULT 30
  CHECK (max_removed_percent BETWEEN 0 AND 100);
ALTER TABLE crawling_jobs ADD COLUMN suspect boolean NOT NULL DEFAULT false,
  ADD COLUMN accepted_at timestamptz, -- when somebody said that the run may be current
  ADD CONSTRAINT accepted_is_not_suspect CHECK (accepted_at IS NULL OR NOT suspect);
GRANT SELECT (suspect) ON crawling_jobs TO docspasta_tend;

-- The newest run before this one that is fit to be read.
CREATE FUNCTION run_before(run crawling_jobs) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT job_id FROM crawling_jobs AS job WHERE job.user_id = run.user_id AND job.source_id = run.source_id
    AND job.state = 'completed' AND NOT job.suspect AND (job.created_at, job.job_id) < (run.created_at, run.job_id)
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1
$$;

-- How many pages a job shows, and how many of them another one does not show, under no address.
CREATE FUNCTION pages_lost(owner text, from_job text, to_job text) RETURNS TABLE (pages bigint, lost bigint)
LANGUAGE sql STABLE AS $$
  WITH old AS (SELECT page.url_key, page.content_hash FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = from_job AND page.state = 'processed' AND page.kind = 'page'),
    new AS (SELECT page.url_key, page.content_hash FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = to_job AND page.state = 'processed' AND page.kind = 'page'),
    gone AS (SELECT old.content_hash, count(*) AS pages FROM old
      WHERE NOT EXISTS (SELECT FROM new WHERE new.url_key = old.url_key) GROUP BY old.content_hash),
    came AS (SELECT new.content_hash, count(*) AS pages FROM new
      WHERE NOT EXISTS (SELECT FROM old WHERE old.url_key = new.url_key) GROUP BY new.content_hash)
  SELECT (SELECT count(*) FROM old), coalesce(sum(greatest(gone.pages - coalesce(came.pages, 0), 0)), 0)::bigint
  FROM gone LEFT JOIN came ON came.content_hash = gone.content_hash AND gone.content_hash <> ''
$$;

-- An event of a source's run, into the outbox. Nobody pays for the comparison who asks for no such event.
CREATE FUNCTION tell_of_run(event text, run crawling_jobs, before text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  changes jsonb;
BEGIN
  PERFORM FROM webhook_endpoints WHERE user_id = run.user_id AND disabled_at IS NULL AND job_id = ''
    AND event = ANY (events);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT jsonb_object_agg(kind, pages) INTO changes FROM (SELECT kind, count(*) AS pages
    FROM page_changes(run.user_id, coalesce(before, ''), run.job_id) GROUP BY kind) AS counted;
  IF changes - 'same' IS NULL OR changes - 'same' = '{}' THEN
    RETURN;
  END IF;
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = run.user_id AND disabled_at IS NULL AND job_id = ''
      AND event = ANY (events) FOR KEY SHARE
  ), message AS (
    INSERT INTO webhook_messages (user_id, type, job_id, sequence, happened_at, facts)
    SELECT run.user_id, event, run.job_id, run.state_version, coalesce(run.accepted_at, run.finished_at),
      jsonb_build_object('url', run.url, 'title', run.title, 'sourceId', source.source_id, 'name', source.name,
        'previousJobId', before, 'changes', changes)
    FROM sources AS source WHERE source.user_id = run.user_id AND source.source_id = run.source_id
      AND EXISTS (SELECT FROM wanting) RETURNING message_id
  )
  INSERT INTO webhook_deliveries (user_id, webhook_id, message_id)
  SELECT run.user_id, wanting.webhook_id, message.message_id FROM wanting CROSS JOIN message;
END $$;

-- What ends a job allows its own statements one plan only; these need each of them.
CREATE OR REPLACE FUNCTION tell_of_source() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = on SET enable_mergejoin = on SET enable_indexscan = on SET enable_bitmapscan = on
SET enable_seqscan = on SET enable_sort = on AS $$
DECLARE
  before text := run_before(NEW);
  is_suspect boolean := before IS NOT NULL AND NEW.accepted_at IS NULL;
BEGIN
  IF is_suspect THEN
    SELECT lost * 100 > pages * source.max_removed_percent INTO is_suspect
    FROM pages_lost(NEW.user_id, before, NEW.job_id), sources AS source
    WHERE source.user_id = NEW.user_id AND source.source_id = NEW.source_id;
  END IF;
  UPDATE crawling_jobs SET suspect = coalesce(is_suspect, false)
  WHERE user_id = NEW.user_id AND job_id = NEW.job_id AND suspect <> coalesce(is_suspect, false);
  PERFORM tell_of_run(CASE WHEN is_suspect THEN 'source.suspect' ELSE 'source.changed' END, NEW, before);
  RETURN NULL;
END $$;

CREATE FUNCTION tell_of_accepted_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_of_run('source.changed', NEW, run_before(NEW));
  RETURN NULL;
END $$;
CREATE TRIGGER tell_of_accepted_run AFTER UPDATE ON crawling_jobs FOR EACH ROW
  WHEN (OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL AND NEW.source_id IS NOT NULL)
  EXECUTE FUNCTION tell_of_accepted_run();

-- A source as it is shown: `current` is its newest completed run that is not suspect; `suspect` is the newest one
-- that is, when no later run became current.
DROP VIEW sources_with_runs;
CREATE VIEW sources_with_runs WITH (security_invoker = true) AS
SELECT source.*, coalesce(good.job_id, '') AS current_job_id, coalesce(newest.job_id, '') AS newest_job_id,
  coalesce(newest.state, '') AS newest_state, newest.created_at AS newest_created_at,
  coalesce(doubted.job_id, '') AS suspect_job_id
FROM sources AS source
LEFT JOIN LATERAL (SELECT job_id, created_at FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id AND job.state = 'completed' AND NOT job.suspect
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS good ON true
LEFT JOIN LATERAL (SELECT job_id, state, created_at FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS newest ON true
LEFT JOIN LATERAL (SELECT job_id FROM crawling_jobs AS job
  WHERE job.user_id = source.user_id AND job.source_id = source.source_id AND job.state = 'completed' AND job.suspect
    AND (good.job_id IS NULL OR (job.created_at, job.job_id) > (good.created_at, good.job_id))
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS doubted ON true;
GRANT SELECT ON sources_with_runs TO docspasta_app;
