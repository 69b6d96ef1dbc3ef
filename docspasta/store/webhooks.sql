-- A user's webhook endpoints: create, show, list, change, rotate, delete.

-- lock_endpoints --
-- One at a time adds to a user's endpoints: their number is limited.
SELECT pg_advisory_xact_lock(hashtextextended('docspasta webhooks ' || :user_id, 0))

-- count_endpoints --
-- How many endpoints the user has; those of single jobs and sources go with them.
SELECT count(*) FROM webhook_endpoints WHERE user_id = :user_id AND job_id = '' AND source_id = ''

-- insert_endpoint --
-- A new endpoint, of all the user's jobs, of one that is about to be written (:job_id), or of a source's (:source_id).
INSERT INTO webhook_endpoints (user_id, job_id, source_id, webhook_id, url, events, scheme, description, sealed_secret,
  of_batch, metadata, header_names, sealed_headers)
VALUES (:user_id, :job_id, :source_id, :webhook_id, :url, :events::text[], :scheme, :description, :sealed_secret,
  :of_batch, :metadata::jsonb, :header_names::text[], :sealed_headers)
RETURNING {Endpoint}

-- endpoints --
-- The user's endpoints, oldest first, or those of :job_id alone. Those of single jobs and sources are among the user's
-- while nothing arrives there.
SELECT {Endpoint} FROM webhook_endpoints WHERE user_id = :user_id AND CASE WHEN :job_id <> '' THEN job_id = :job_id
  ELSE (job_id = '' AND source_id = '') OR failing_since IS NOT NULL OR disabled_at IS NOT NULL END
ORDER BY job_id <> '', created_at, webhook_id LIMIT :limit

-- endpoint_at --
-- The newest of the user's endpoints of all jobs at that address and with that scheme.
SELECT {Endpoint} FROM webhook_endpoints WHERE user_id = :user_id AND job_id = '' AND source_id = ''
  AND url = :url AND scheme = :scheme ORDER BY created_at DESC, webhook_id LIMIT 1

-- endpoint --
-- One endpoint of the user's.
SELECT {Endpoint} FROM webhook_endpoints WHERE user_id = :user_id AND webhook_id = :webhook_id

-- lock_endpoint --
-- Take an endpoint's row for writing. NO KEY: a job's end goes on telling it.
SELECT {Endpoint} FROM webhook_endpoints WHERE user_id = :user_id AND webhook_id = :webhook_id FOR NO KEY UPDATE

-- change_endpoint --
-- What its user may change.
UPDATE webhook_endpoints SET url = :url, events = :events::text[], description = :description
WHERE user_id = :user_id AND webhook_id = :webhook_id RETURNING {Endpoint}

-- disable_endpoint --
-- Nothing goes out any more, and nothing new comes in.
UPDATE webhook_endpoints SET disabled_at = :now, disabled_because = :cause
WHERE user_id = :user_id AND webhook_id = :webhook_id AND disabled_at IS NULL RETURNING {Endpoint}

-- enable_endpoint --
-- Begin anew: its breaker is closed.
UPDATE webhook_endpoints SET disabled_at = NULL, disabled_because = '', failures = 0, failing_since = NULL,
  openings = 0, rests_until = NULL, window_since = NULL, window_tries = 0, window_failures = 0
WHERE user_id = :user_id AND webhook_id = :webhook_id RETURNING {Endpoint}

-- rotate_secret --
-- A new secret; the one before it is good until :until.
UPDATE webhook_endpoints SET sealed_previous = sealed_secret, previous_until = :until, sealed_secret = :sealed_secret
WHERE user_id = :user_id AND webhook_id = :webhook_id RETURNING {Endpoint}

-- delete_endpoint_of_source --
-- A source's own goes with its deliveries.
DELETE FROM webhook_endpoints WHERE user_id = :user_id AND source_id = :source_id

-- delete_endpoint --
-- It goes with its deliveries.
DELETE FROM webhook_endpoints WHERE user_id = :user_id AND webhook_id = :webhook_id RETURNING webhook_id
