-- API keys: only their prefix and SHA-256 are kept. `shown_key` and `note_use` run in
-- `Pool.key_transaction`: whose key it is is known once it is found.

-- insert_key --
-- A new key.
INSERT INTO api_keys (user_id, key_id, name, prefix, secret_hash, scopes, expires_at)
VALUES (:user_id, :key_id, :name, :prefix, :digest, :scopes, CASE WHEN :ttl_seconds::double precision > 0 THEN now() + make_interval(secs => :ttl_seconds) END)
RETURNING {ApiKey}

-- keys --
-- The user's keys, newest first.
SELECT {ApiKey} FROM api_keys WHERE user_id = :user_id ORDER BY created_at DESC, key_id

-- count_keys --
-- How many keys of the user's are good.
SELECT count(*) FROM api_keys WHERE user_id = :user_id AND revoked_at IS NULL AND coalesce(expires_at > now(), true)

-- revoke_key --
-- From now on the key is not believed. A key revoked before keeps its time.
UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()) WHERE user_id = :user_id AND key_id = :key_id RETURNING key_id

-- shown_key --
-- The key with this SHA-256, while it is good.
SELECT user_id, scopes, extract(epoch FROM expires_at - now())::double precision AS seconds_left
FROM api_keys WHERE secret_hash = :digest AND revoked_at IS NULL AND coalesce(expires_at > now(), true)

-- note_use --
-- When the key was last used, to the minute: one write a minute, however often it is shown.
UPDATE api_keys SET last_used_at = date_trunc('minute', now())
WHERE secret_hash = :digest AND last_used_at IS DISTINCT FROM date_trunc('minute', now())
