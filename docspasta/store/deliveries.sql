-- The outbox: what is due, leased, tried, settled. The first group is asked by docspasta_tend, which sees of whom
-- something is due and no more. All else runs as the application role, as that user.

-- due_endpoints --
-- Endpoints for which something is due, the longest waiting first: one look-up for each that has anything pending.
WITH RECURSIVE waiting AS (
  (SELECT user_id, webhook_id, next_at FROM webhook_deliveries WHERE state = 'pending'
   ORDER BY user_id, webhook_id, next_at LIMIT 1)
  UNION ALL
  SELECT following.* FROM waiting CROSS JOIN LATERAL (
    SELECT user_id, webhook_id, next_at FROM webhook_deliveries
    WHERE state = 'pending' AND (user_id, webhook_id) > (waiting.user_id, waiting.webhook_id)
    ORDER BY user_id, webhook_id, next_at LIMIT 1) AS following)
SELECT user_id, webhook_id, next_at AS since FROM waiting JOIN webhook_endpoints USING (user_id, webhook_id)
WHERE next_at <= :now AND disabled_at IS NULL AND coalesce(rests_until <= :now, true) ORDER BY next_at LIMIT :limit

-- breakers_open --
-- How many endpoints' breakers are open or half-open.
SELECT count(*) FROM webhook_endpoints WHERE openings > 0 AND disabled_at IS NULL

-- jobs_with_page_events --
-- Jobs whose pages nobody was told of yet: since when, and how many.
SELECT user_id, job_id, min(happened_at) AS since, count(*) AS pages FROM webhook_page_events
GROUP BY user_id, job_id ORDER BY since LIMIT :limit

-- users_with_old_messages --
-- Users who have messages from before :before, or endpoints of single jobs that are gone.
SELECT DISTINCT user_id FROM (SELECT user_id FROM webhook_messages WHERE happened_at < :before
  ORDER BY happened_at LIMIT :limit) AS old
UNION
SELECT user_id FROM webhook_endpoints AS endpoint WHERE job_id <> '' AND NOT EXISTS (SELECT FROM crawling_jobs AS job
  WHERE job.user_id = endpoint.user_id AND job.job_id = endpoint.job_id)

-- lease_endpoint --
-- Take an endpoint's row; nothing when another replica has it: that one sends.
SELECT {Endpoint} FROM webhook_endpoints
WHERE user_id = :user_id AND webhook_id = :webhook_id FOR NO KEY UPDATE SKIP LOCKED

-- count_leased --
-- How many deliveries to an endpoint are under way.
SELECT count(*) FROM webhook_deliveries
WHERE user_id = :user_id AND webhook_id = :webhook_id AND state = 'pending' AND next_at > :now AND lease <> ''

-- lease_due --
-- Lease some deliveries, oldest first. Whoever holds them and dies loses them at :until. MATERIALIZED: they are
-- chosen once; within an IN the choice may run again for each row, and lease more than the limit.
WITH due AS MATERIALIZED (
  SELECT message_id FROM webhook_deliveries
  WHERE user_id = :user_id AND webhook_id = :webhook_id AND state = 'pending' AND next_at <= :now
  ORDER BY next_at, created_at, message_id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED)
UPDATE webhook_deliveries AS delivery SET lease = :lease, next_at = :until
FROM due JOIN webhook_messages AS message USING (message_id)
WHERE delivery.user_id = :user_id AND delivery.webhook_id = :webhook_id AND message.user_id = :user_id
  AND delivery.message_id = due.message_id
RETURNING message.message_id, type, job_id, sequence, facts, happened_at, lease, spent

-- give_back --
-- A delivery that was leased and could not be tried: nothing is spent.
UPDATE webhook_deliveries SET lease = '', next_at = :next_at
WHERE user_id = :user_id AND webhook_id = :webhook_id AND message_id = :message_id AND lease = :lease AND state = 'pending'

-- settle --
-- What came of a try. A success counts even when the lease is lost; a failure then is somebody else's to count.
UPDATE webhook_deliveries SET state = :state, sent = sent + 1, spent = spent + :spends::int, lease = '',
  next_at = :next_at, settled_at = CASE :state WHEN 'pending' THEN NULL ELSE :now::timestamptz END
WHERE user_id = :user_id AND webhook_id = :webhook_id AND message_id = :message_id AND state = 'pending'
  AND (lease = :lease OR :state = 'delivered')
RETURNING sent

-- add_try --
-- One line of the log of tries.
INSERT INTO webhook_tries (user_id, webhook_id, message_id, number, tried_at, probe, status, milliseconds, error, detail, head)
VALUES (:user_id, :webhook_id, :message_id, :number, :now, :probe, :status, :milliseconds, :error, :detail, :head)

-- write_health --
-- How the endpoint's receiver does now.
UPDATE webhook_endpoints SET failures = :failures, failing_since = :failing_since, openings = :openings,
  rests_until = :rests_until, window_since = :window_since, window_tries = :window_tries, window_failures = :window_failures
WHERE user_id = :user_id AND webhook_id = :webhook_id

-- send_to_others --
-- An event of no job, to the user's other endpoints that want it.
WITH wanting AS (
  SELECT webhook_id FROM webhook_endpoints WHERE user_id = :user_id AND webhook_id <> :webhook_id
    AND disabled_at IS NULL AND job_id = '' AND source_id = '' AND :type = ANY (events) FOR KEY SHARE
), message AS (
  INSERT INTO webhook_messages (user_id, type, facts, happened_at)
  SELECT :user_id, :type, :facts::jsonb, :now WHERE EXISTS (SELECT FROM wanting) RETURNING message_id
)
INSERT INTO webhook_deliveries (user_id, webhook_id, message_id, next_at, created_at)
SELECT :user_id, webhook_id, message_id, :now, :now FROM wanting CROSS JOIN message

-- send_to --
-- An event to one endpoint, whatever it asked for.
WITH message AS (
  INSERT INTO webhook_messages (user_id, type, facts, happened_at)
  VALUES (:user_id, :type, :facts::jsonb, :now) RETURNING message_id
)
INSERT INTO webhook_deliveries (user_id, webhook_id, message_id, next_at, created_at)
SELECT :user_id, :webhook_id, message_id, :now, :now FROM message RETURNING message_id

-- add_page_events --
-- Pages to be told of, with their results.
INSERT INTO webhook_page_events (user_id, job_id, page_id, state, sequence, happened_at)
SELECT :user_id, :job_id, page_id, state, sequence, :now
FROM unnest(:page_id::bigint[], :state::text[], :sequence::bigint[]) AS new (page_id, state, sequence)
ON CONFLICT (user_id, job_id, page_id) DO UPDATE SET state = excluded.state, sequence = excluded.sequence

-- take_page_events --
-- Pages of a job that nobody was told of yet, in order of their versions; they are taken out.
WITH next AS MATERIALIZED (
  SELECT page_id FROM webhook_page_events WHERE user_id = :user_id AND job_id = :job_id
  ORDER BY sequence, page_id LIMIT :limit FOR UPDATE SKIP LOCKED
), taken AS (
  DELETE FROM webhook_page_events AS event USING next
  WHERE user_id = :user_id AND job_id = :job_id AND event.page_id = next.page_id
  RETURNING event.page_id, state, sequence, happened_at
)
SELECT page_id, taken.state, taken.sequence, happened_at, url, title, reason, http_status
FROM taken JOIN crawled_pages USING (page_id)
WHERE user_id = :user_id AND job_id = :job_id ORDER BY taken.sequence, page_id

-- send_pages --
-- A message about pages, to the endpoints that want it.
WITH wanting AS (
  SELECT webhook_id FROM webhook_endpoints WHERE user_id = :user_id AND disabled_at IS NULL
    AND job_id IN ('', :job_id) AND :type = ANY (events) AND source_id IN ('', coalesce((SELECT source_id
      FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id), '')) FOR KEY SHARE
), message AS (
  INSERT INTO webhook_messages (user_id, type, job_id, sequence, facts, happened_at)
  SELECT :user_id, :type, :job_id, :sequence, :facts::jsonb, :now WHERE EXISTS (SELECT FROM wanting) RETURNING message_id
)
INSERT INTO webhook_deliveries (user_id, webhook_id, message_id)
SELECT :user_id, webhook_id, message_id FROM wanting CROSS JOIN message

-- deliveries --
-- An endpoint's deliveries, newest first, after a key; only states of :states unless it is empty.
SELECT {Delivery} FROM webhook_deliveries AS delivery
JOIN webhook_messages AS message USING (user_id, message_id)
LEFT JOIN LATERAL (SELECT status, error, detail FROM webhook_tries AS try WHERE try.user_id = :user_id
  AND try.webhook_id = :webhook_id AND try.message_id = delivery.message_id AND number = delivery.sent) AS last ON true
WHERE delivery.user_id = :user_id AND delivery.webhook_id = :webhook_id
  AND (cardinality(:states::text[]) = 0 OR delivery.state = ANY (:states::text[]))
  AND (:after_time::timestamptz IS NULL OR (delivery.created_at, delivery.message_id) < (:after_time, :after_message::text))
ORDER BY delivery.created_at DESC, delivery.message_id DESC LIMIT :limit

-- delivery --
-- One delivery.
SELECT {Delivery} FROM webhook_deliveries AS delivery
JOIN webhook_messages AS message USING (user_id, message_id)
LEFT JOIN LATERAL (SELECT status, error, detail FROM webhook_tries AS try WHERE try.user_id = :user_id
  AND try.webhook_id = :webhook_id AND try.message_id = delivery.message_id AND number = delivery.sent) AS last ON true
WHERE delivery.user_id = :user_id AND delivery.webhook_id = :webhook_id AND delivery.message_id = :message_id

-- tries --
-- A delivery's tries, first to last.
SELECT {Try} FROM webhook_tries
WHERE user_id = :user_id AND webhook_id = :webhook_id AND message_id = :message_id ORDER BY number

-- retry --
-- Send a delivery again from the start of its schedule, even one that arrived.
UPDATE webhook_deliveries SET state = 'pending', spent = 0, next_at = :now, settled_at = NULL
WHERE user_id = :user_id AND webhook_id = :webhook_id AND message_id = :message_id AND (lease = '' OR next_at <= :now)
RETURNING message_id

-- recover --
-- Send again what failed since a moment.
UPDATE webhook_deliveries SET state = 'pending', spent = 0, next_at = :now, settled_at = NULL
WHERE user_id = :user_id AND webhook_id = :webhook_id AND state = 'failed' AND created_at >= :since

-- forget_old --
-- Messages from before :before, once nothing of them is to be sent. What waits for a disabled endpoint goes too.
DELETE FROM webhook_messages AS message WHERE user_id = :user_id AND happened_at < :before AND NOT EXISTS (
  SELECT FROM webhook_deliveries AS delivery JOIN webhook_endpoints AS endpoint USING (user_id, webhook_id)
  WHERE delivery.user_id = :user_id AND delivery.message_id = message.message_id AND delivery.state = 'pending'
    AND endpoint.disabled_at IS NULL)

-- forget_endpoints_of_jobs --
-- Endpoints of single jobs that are gone, once nothing is to be sent to them.
DELETE FROM webhook_endpoints AS endpoint WHERE user_id = :user_id AND job_id <> ''
  AND NOT EXISTS (SELECT FROM crawling_jobs AS job WHERE job.user_id = :user_id AND job.job_id = endpoint.job_id)
  AND (disabled_at IS NOT NULL OR NOT EXISTS (SELECT FROM webhook_deliveries AS delivery
    WHERE delivery.user_id = :user_id AND delivery.webhook_id = endpoint.webhook_id AND delivery.state = 'pending'))

-- forget_job --
-- What was told of a deleted job, once nothing of it is to be sent.
DELETE FROM webhook_messages AS message WHERE user_id = :user_id AND job_id = :job_id AND NOT EXISTS (
  SELECT FROM webhook_deliveries AS delivery JOIN webhook_endpoints AS endpoint USING (user_id, webhook_id)
  WHERE delivery.user_id = :user_id AND delivery.message_id = message.message_id AND delivery.state = 'pending'
    AND endpoint.disabled_at IS NULL)
