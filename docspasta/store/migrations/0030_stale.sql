-- A page of a run that could not be had keeps its last text, and says since when.

ALTER TABLE crawled_pages ADD COLUMN stale_since timestamptz; -- the first run that could not have it
ALTER TABLE crawling_jobs ADD COLUMN stale integer NOT NULL DEFAULT 0 CHECK (stale >= 0); -- such pages

-- As before, and 'stale': the same as before, for it could not be had.
DROP FUNCTION page_changes(text, text, text);
CREATE FUNCTION page_changes(owner text, from_job text, to_job text)
RETURNS TABLE (kind text, url text, title text, old_url text, page_id bigint, old_page_id bigint, content_hash text,
  reason text, stale_since timestamptz) LANGUAGE sql STABLE AS $$
  WITH old AS (SELECT page.* FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = from_job AND page.state = 'processed' AND page.kind = 'page'),
    new AS (SELECT page.* FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = to_job AND page.state = 'processed' AND page.kind = 'page'),
    gone AS (SELECT old.*, row_number() OVER (PARTITION BY old.content_hash ORDER BY old.url COLLATE "C") AS place
      FROM old WHERE NOT EXISTS (SELECT FROM new WHERE new.url_key = old.url_key)),
    came AS (SELECT new.*, row_number() OVER (PARTITION BY new.content_hash ORDER BY new.url COLLATE "C") AS place
      FROM new WHERE NOT EXISTS (SELECT FROM old WHERE old.url_key = new.url_key)),
    moved AS (SELECT gone.page_id AS old_page_id, gone.url AS old_url, came.page_id AS page_id
      FROM gone JOIN came ON came.content_hash = gone.content_hash AND came.place = gone.place
      WHERE gone.content_hash <> '')
  SELECT CASE WHEN moved.page_id IS NULL THEN 'added' ELSE 'moved' END, came.url, came.title,
    coalesce(moved.old_url, ''), came.page_id, coalesce(moved.old_page_id, 0), came.content_hash, '', came.stale_since
  FROM came LEFT JOIN moved ON moved.page_id = came.page_id
  UNION ALL
  SELECT CASE WHEN now.state = 'failed' THEN 'failed' ELSE 'removed' END, gone.url, gone.title, '', 0, gone.page_id, '',
    coalesce(now.reason, ''), NULL::timestamptz
  FROM gone LEFT JOIN crawled_pages AS now
    ON now.user_id = owner AND now.job_id = to_job AND now.url_key = gone.url_key AND now.kind = 'page'
  WHERE NOT EXISTS (SELECT FROM moved WHERE moved.old_page_id = gone.page_id)
  UNION ALL
  SELECT CASE WHEN (new.content_hash, new.title) <> (old.content_hash, old.title) THEN 'changed'
      WHEN new.stale_since IS NOT NULL THEN 'stale' ELSE 'same' END,
    new.url, new.title, '', new.page_id, old.page_id, new.content_hash, '', new.stale_since
  FROM new JOIN old ON old.url_key = new.url_key
$$;

-- A page that could not be had is no change of its source.
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
  IF changes IS NULL OR changes - 'same' - 'stale' = '{}' THEN
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
