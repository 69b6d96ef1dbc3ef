-- read_epoch --
-- What tells one history of this database from another: cluster, timeline, and the row that --new replaces.
-- The timeline is the one written to now; pg_control_checkpoint() would lag behind a promotion.
SELECT system_identifier::text || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || '/' || seed
FROM installation, pg_control_system()

-- replace_seed --
-- Begin a new epoch: after a dump was restored, its versions may be handed out a second time.
UPDATE installation SET seed = replace(gen_random_uuid()::text, '-', ''), created_at = now()
