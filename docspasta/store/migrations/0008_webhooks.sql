-- Webhooks: endpoints, and the outbox. What happens to a job is written into the outbox by a trigger, within the
-- transaction that makes it true: an end without its deliveries, or a delivery of an end that was rolled back,
-- cannot exist.

CREATE TABLE webhook_endpoints (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  webhook_id text COLLATE "C" NOT NULL CHECK (webhook_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL DEFAULT '', -- of this job alone; '': of all the user's
  url text NOT NULL CHECK (octet_length(url) <= 2048),
  events text[] NOT NULL CHECK (cardinality(events) > 0),
  scheme text COLLATE "C" NOT NULL CHECK (scheme IN ('standard', 'firecrawl', 'upstash')),
  description text NOT NULL DEFAULT '',
  sealed_secret bytea NOT NULL,
  sealed_previous bytea, -- while a rotation lasts
  previous_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  disabled_because text COLLATE "C" NOT NULL DEFAULT '' CHECK (disabled_because IN ('', 'user', 'gone', 'failing')),
  -- docspasta.deliveries.breaker.Health
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz,
  openings integer NOT NULL DEFAULT 0,
  rests_until timestamptz,
  window_since timestamptz,
  window_tries integer NOT NULL DEFAULT 0,
  window_failures integer NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, webhook_id),
  CONSTRAINT rotation_is_whole CHECK ((sealed_previous IS NULL) = (previous_until IS NULL)),
  CONSTRAINT disabled_says_why CHECK ((disabled_at IS NULL) = (disabled_because = ''))
);

CREATE TABLE webhook_messages (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  message_id text COLLATE "C" NOT NULL DEFAULT 'msg_' || replace(gen_random_uuid()::text, '-', ''),
  type text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL DEFAULT '',
  sequence bigint NOT NULL DEFAULT 0, -- the job's version at which it became true
  facts jsonb NOT NULL DEFAULT '{}',
  happened_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, message_id)
);
-- Nothing happens to a job twice.
CREATE UNIQUE INDEX webhook_messages_of_job ON webhook_messages (user_id, job_id, sequence, type) WHERE job_id <> '';
CREATE INDEX webhook_messages_old ON webhook_messages (happened_at, user_id);

CREATE TABLE webhook_deliveries (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  webhook_id text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')),
  spent integer NOT NULL DEFAULT 0 CHECK (spent >= 0), -- tries of the schedule
  sent integer NOT NULL DEFAULT 0 CHECK (sent >= spent), -- tries in all, probes too
  next_at timestamptz NOT NULL DEFAULT now(), -- when it is due; while it is leased, when the lease ends
  lease text COLLATE "C" NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  settled_at timestamptz,
  PRIMARY KEY (user_id, webhook_id, message_id),
  FOREIGN KEY (user_id, webhook_id) REFERENCES webhook_endpoints ON DELETE CASCADE,
  FOREIGN KEY (user_id, message_id) REFERENCES webhook_messages ON DELETE CASCADE,
  CONSTRAINT settled_has_a_time CHECK ((state = 'pending') = (settled_at IS NULL))
);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (user_id, webhook_id, next_at) WHERE state = 'pending';
CREATE INDEX webhook_deliveries_newest ON webhook_deliveries (user_id, webhook_id, created_at DESC, message_id DESC);
CREATE INDEX webhook_deliveries_message ON webhook_deliveries (user_id, message_id);

CREATE TABLE webhook_tries (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  webhook_id text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  tried_at timestamptz NOT NULL,
  probe boolean NOT NULL, -- sent while the breaker was half-open: it spends none of the schedule's tries
  status integer NOT NULL, -- 0: no answer
  milliseconds integer NOT NULL,
  error text COLLATE "C" NOT NULL DEFAULT '',
  detail text NOT NULL DEFAULT '',
  head text NOT NULL DEFAULT '' CHECK (length(head) <= 1024), -- the first bytes of the answer
  PRIMARY KEY (user_id, webhook_id, message_id, number),
  FOREIGN KEY (user_id, webhook_id, message_id) REFERENCES webhook_deliveries ON DELETE CASCADE
);

-- Pages of which nobody was told yet: they go in few messages. Written with the pages' results, and only while
-- an endpoint wants them.
CREATE TABLE webhook_page_events (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL,
  page_id bigint NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('processed', 'failed')),
  sequence bigint NOT NULL,
  happened_at timestamptz NOT NULL,
  PRIMARY KEY (user_id, job_id, page_id)
);

-- A job that starts or ends, into the outbox of its user's endpoints. FOR KEY SHARE: an endpoint that is deleted
-- at this moment is waited for and then left out, so that no job fails for it.
CREATE FUNCTION tell_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  event text := 'job.' || CASE WHEN NEW.finished_at IS NULL THEN 'started' ELSE NEW.state END;
BEGIN
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = NEW.user_id AND disabled_at IS NULL
      AND event = ANY (events) AND job_id IN ('', NEW.job_id) FOR KEY SHARE
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
CREATE TRIGGER tell_of_started_job AFTER INSERT ON crawling_jobs FOR EACH ROW
  WHEN (NEW.started_at IS NOT NULL AND NEW.finished_at IS NULL) EXECUTE FUNCTION tell_of_job();
CREATE TRIGGER tell_of_job AFTER UPDATE ON crawling_jobs FOR EACH ROW
  WHEN ((OLD.started_at IS NULL AND NEW.started_at IS NOT NULL) OR (OLD.finished_at IS NULL AND NEW.finished_at IS NOT NULL))
  EXECUTE FUNCTION tell_of_job();

ALTER TABLE webhook_endpoints ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoints FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_messages FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_deliveries FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_tries ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_tries FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_page_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_page_events FORCE ROW LEVEL SECURITY;

CREATE POLICY own_endpoints ON webhook_endpoints TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_messages ON webhook_messages TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_deliveries ON webhook_deliveries TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_tries ON webhook_tries TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_page_events ON webhook_page_events TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
GRANT SELECT, INSERT, UPDATE, DELETE
  ON webhook_endpoints, webhook_messages, webhook_deliveries, webhook_tries, webhook_page_events TO docspasta_app;

-- Maintenance finds what is due, of whom, and no content, address or secret.
CREATE POLICY found_endpoints ON webhook_endpoints FOR SELECT TO docspasta_tend USING (true);
CREATE POLICY found_messages ON webhook_messages FOR SELECT TO docspasta_tend USING (true);
CREATE POLICY found_deliveries ON webhook_deliveries FOR SELECT TO docspasta_tend USING (true);
CREATE POLICY found_page_events ON webhook_page_events FOR SELECT TO docspasta_tend USING (true);
GRANT SELECT (user_id, webhook_id, job_id, disabled_at, rests_until, openings) ON webhook_endpoints TO docspasta_tend;
GRANT SELECT (user_id, happened_at) ON webhook_messages TO docspasta_tend;
GRANT SELECT (user_id, webhook_id, state, next_at) ON webhook_deliveries TO docspasta_tend;
GRANT SELECT (user_id, job_id, happened_at) ON webhook_page_events TO docspasta_tend;
