-- A run that changed its source, into the outbox: at the end of the transaction that completes it, when its last pages
-- are written. Nobody pays for the comparison who asks for no such event.
CREATE FUNCTION tell_of_source() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changes jsonb;
BEGIN
  PERFORM FROM webhook_endpoints WHERE user_id = NEW.user_id AND disabled_at IS NULL AND job_id = ''
    AND 'source.changed' = ANY (events);
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT jsonb_object_agg(kind, pages) INTO changes FROM (SELECT kind, count(*) AS pages
    FROM page_changes(NEW.user_id, coalesce(NEW.previous_job_id, ''), NEW.job_id) GROUP BY kind) AS counted;
  IF changes - 'same' IS NULL OR changes - 'same' = '{}' THEN
    RETURN NULL;
  END IF;
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = NEW.user_id AND disabled_at IS NULL AND job_id = ''
      AND 'source.changed' = ANY (events) FOR KEY SHARE
  ), message AS (
    INSERT INTO webhook_messages (user_id, type, job_id, sequence, happened_at, facts)
    SELECT NEW.user_id, 'source.changed', NEW.job_id, NEW.state_version, NEW.finished_at,
      jsonb_build_object('url', NEW.url, 'title', NEW.title, 'sourceId', source.source_id, 'name', source.name,
        'previousJobId', NEW.previous_job_id, 'changes', changes)
    FROM sources AS source WHERE source.user_id = NEW.user_id AND source.source_id = NEW.source_id
      AND EXISTS (SELECT FROM wanting) RETURNING message_id
  )
  INSERT INTO webhook_deliveries (user_id, webhook_id, message_id)
  SELECT NEW.user_id, wanting.webhook_id, message.message_id FROM wanting CROSS JOIN message;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tell_of_source AFTER UPDATE ON crawling_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.finished_at IS NULL AND NEW.state = 'completed' AND NEW.source_id IS NOT NULL)
  EXECUTE FUNCTION tell_of_source();
