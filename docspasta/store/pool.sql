-- begin_as --
-- Begin as one user: what row-level security compares with, and the promises of durability and time.
-- One simple query, so that it costs one round trip; the three values are checked before they stand here.
-- Plans are made for the values at hand: one made while a table was empty is wrong when it is full.
BEGIN ISOLATION LEVEL {isolation}; SELECT set_config('docspasta.user_id', '{user_id}', true),
  set_config('statement_timeout', '{timeout_ms}', true),
  set_config('synchronous_commit', 'on', true), set_config('jit', 'off', true),
  set_config('plan_cache_mode', 'force_custom_plan', true)

-- begin_key --
-- Begin with the hash of an API key, before its user is known: only that key's row can be seen.
BEGIN; SELECT set_config('docspasta.key_hash', '{key_hash}', true),
  set_config('statement_timeout', '{timeout_ms}', true), set_config('synchronous_commit', 'on', true)

-- begin_push --
-- Begin with the id of a push job, before its user is known: only that job's secrets can be seen.
BEGIN; SELECT set_config('docspasta.push_job', '{job_id}', true),
  set_config('statement_timeout', '{timeout_ms}', true)

-- begin_read --
-- One snapshot for several statements: nothing that commits meanwhile is seen.
SET TRANSACTION READ ONLY

-- answer --
-- Whether the database answers this role.
SELECT 1
