-- A source's own webhook: told of its runs alone, and deleted with it.

ALTER TABLE webhook_endpoints ADD COLUMN source_id text COLLATE "C" NOT NULL DEFAULT ''; -- of its runs; '': of all jobs
CREATE UNIQUE INDEX webhook_endpoints_of_source ON webhook_endpoints (user_id, source_id) WHERE source_id <> '';

CREATE OR REPLACE FUNCTION tell_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event text := 'job.' || CASE WHEN NEW.finished_at IS NULL THEN 'started' ELSE NEW.state END;
BEGIN
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = NEW.user_id AND disabled_at IS NULL
      AND event = ANY (events) AND job_id IN ('', NEW.job_id) AND source_id IN ('', coalesce(NEW.source_id, ''))
    FOR KEY SHARE
  ), message AS (
    INSERT INTO webhook_messages (user_id, type, job_id, sequence, happened_at, facts)
    SELECT NEW.user_id, event, NEW.job_id, NEW.state_version, coalesce(NEW.finished_at, NEW.started_at),
      jsonb_build_object('url', NEW.url, 'title', NEW.title, 'state', NEW.state, 'error', NEW.error,
        'counts', NEW.progress_summary)
    WHERE EXISTS (SELECT FROM wanting) RETURNING message_id
  )
  INSERT INTO webhook_deliveries (user_id, webhook_id, message_id)
  SELECT NEW.user_id, wanting.webhook_id, message.message_id FROM wanting CROSS JOIN message;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION tell_of_run(event text, run crawling_jobs, before text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  changes jsonb;
BEGIN
  PERFORM FROM webhook_endpoints WHERE user_id = run.user_id AND disabled_at IS NULL AND job_id = ''
    AND source_id IN ('', run.source_id) AND event = ANY (events);
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
      AND source_id IN ('', run.source_id) AND event = ANY (events) FOR KEY SHARE
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

CREATE OR REPLACE VIEW sources_with_runs WITH (security_invoker = true) AS
SELECT source.*, coalesce(good.job_id, '') AS current_job_id, coalesce(newest.job_id, '') AS newest_job_id,
  coalesce(newest.state, '') AS newest_state, newest.created_at AS newest_created_at,
  coalesce(doubted.job_id, '') AS suspect_job_id, coalesce(hook.webhook_id, '') AS webhook_id
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
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1) AS doubted ON true
LEFT JOIN webhook_endpoints AS hook ON hook.user_id = source.user_id AND hook.source_id = source.source_id;
