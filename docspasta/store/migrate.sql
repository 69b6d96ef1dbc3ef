-- lock --
-- One migration at a time, held to the transaction's end (so that it works behind PgBouncer too).
SELECT pg_advisory_xact_lock(7237128888)

-- make_ledger --
-- Where the applied migrations stand.
CREATE TABLE IF NOT EXISTS schema_migrations (
  name text COLLATE "C" PRIMARY KEY,
  checksum text COLLATE "C" NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)

-- ledger_exists --
-- Whether anything was ever migrated here.
SELECT to_regclass('schema_migrations') IS NOT NULL

-- applied --
-- The applied migrations, in order.
SELECT name, checksum FROM schema_migrations ORDER BY name

-- note --
-- A migration was applied.
INSERT INTO schema_migrations (name, checksum) VALUES (:name, :checksum)

-- missing_roles --
-- Which of the roles that get rights are not there.
SELECT role FROM unnest(:roles::text[]) AS role WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)

-- may_create_roles --
-- Whether this role may create others.
SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user
