-- facts --
-- What the server and the connected role are. Needs no right but to connect.
SELECT current_setting('server_version_num')::int AS version,
  current_setting('synchronous_commit') AS synchronous_commit,
  current_setting('fsync') AS fsync,
  current_setting('max_connections')::int AS max_connections,
  pg_encoding_to_char(encoding) AS encoding,
  pg_is_in_recovery() AS standby,
  extract(epoch FROM clock_timestamp())::float8 AS clock,
  role.rolname AS role, role.rolsuper AS superuser, role.rolbypassrls AS bypasses,
  coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls
FROM pg_database, pg_roles AS role
WHERE datname = current_database() AND role.rolname = current_user

-- unprotected --
-- Tables of users' data without forced row-level security. None is right; empty before the first migration.
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND relname IN ('crawling_jobs', 'crawled_pages', 'page_content_chunks', 'api_keys', 'usage_daily')
  AND NOT (relrowsecurity AND relforcerowsecurity)
ORDER BY relname

-- oldest --
-- Seconds that the oldest open transaction of the database has lasted, as far as this role may see.
SELECT coalesce(max(extract(epoch FROM now() - xact_start)), 0)::float8 FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
