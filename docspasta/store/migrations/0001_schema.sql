-- The whole schema: jobs, their pages, the pages' content, and what the installation itself needs.
-- user_id leads every key, and row-level security stands behind it.

CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  seed text NOT NULL DEFAULT replace(gen_random_uuid()::text, '-', ''), -- `docspasta epoch --new` replaces it
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO installation DEFAULT VALUES;

CREATE TABLE crawling_jobs (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  job_id text COLLATE "C" NOT NULL CHECK (job_id ~ '^[a-z0-9_-]{1,64}$'),
  state text COLLATE "C" NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'paused', 'completed', 'failed', 'cancelled')),
  state_version bigint NOT NULL DEFAULT 1 CHECK (state_version > 0),

  -- What was asked for. No header's value stands here in the clear.
  url text NOT NULL CHECK (octet_length(url) <= 2048),
  settings jsonb NOT NULL DEFAULT '{}',
  header_names text[] NOT NULL DEFAULT '{}',
  sealed_headers bytea, -- erased at the end
  scope jsonb, -- decided by the first real page, once
  idempotency_key text COLLATE "C",
  idempotency_hash bytea, -- of the request's body; both are kept 24 h
  keep_raw boolean NOT NULL DEFAULT false,

  -- Limits, as they bind this job.
  page_limit integer NOT NULL DEFAULT 10000 CHECK (page_limit > 0),
  depth_limit integer CHECK (depth_limit >= 0), -- NULL: none
  byte_limit bigint CHECK (byte_limit > 0), -- NULL: none
  day_page_limit bigint, -- the user's pages a day, as the operator has set it; NULL: none
  running_limit integer NOT NULL DEFAULT 4 CHECK (running_limit > 0), -- the user's jobs that may run, likewise
  seconds_limit double precision NOT NULL DEFAULT 21600 CHECK (seconds_limit > 0),

  -- Counts of rows with kind 'page'.
  discovered bigint NOT NULL DEFAULT 0,
  queued bigint NOT NULL DEFAULT 0 CHECK (queued >= 0),
  processed bigint NOT NULL DEFAULT 0 CHECK (processed >= 0),
  failed bigint NOT NULL DEFAULT 0 CHECK (failed >= 0),
  skipped bigint NOT NULL DEFAULT 0 CHECK (skipped >= 0),
  redirected bigint NOT NULL DEFAULT 0 CHECK (redirected BETWEEN 0 AND skipped),
  -- Queued rows of the other kinds: robots.txt, sitemaps, llms.txt.
  discovering bigint NOT NULL DEFAULT 0 CHECK (discovering >= 0),
  -- Rows with kind 'refused', by the limit that refused them.
  refused_pages bigint NOT NULL DEFAULT 0 CHECK (refused_pages >= 0),
  refused_depth bigint NOT NULL DEFAULT 0 CHECK (refused_depth >= 0),
  refused_user_pages bigint NOT NULL DEFAULT 0 CHECK (refused_user_pages >= 0),
  not_admitted bigint NOT NULL GENERATED ALWAYS AS (refused_pages + refused_depth + refused_user_pages) STORED,
  limit_reached text COLLATE "C" NOT NULL DEFAULT ''
    CHECK (limit_reached IN ('', 'pages', 'depth', 'time', 'bytes', 'user_pages')),
  reasons jsonb NOT NULL DEFAULT '{}', -- {"failed:http_status": 3}: failed and skipped pages by reason
  bytes_fetched bigint NOT NULL DEFAULT 0,
  markdown_bytes bigint NOT NULL DEFAULT 0,
  words bigint NOT NULL DEFAULT 0,
  tokens bigint NOT NULL DEFAULT 0,
  current_url text NOT NULL DEFAULT '', -- the page last recorded
  progress_summary jsonb NOT NULL DEFAULT '{}', -- the counts as one value; the trigger keeps it

  title text NOT NULL DEFAULT '',
  error text NOT NULL DEFAULT '',
  document_bytes bigint NOT NULL DEFAULT 0, -- Markdown of the pages that the document includes; set at the end

  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  deleted_at timestamptz, -- its user deleted it: nobody sees it any more, tending takes its rows away in batches
  running_since timestamptz, -- while running
  running_seconds double precision NOT NULL DEFAULT 0, -- of earlier stretches
  deadline_at timestamptz, -- while running: running_since + what is left of seconds_limit

  PRIMARY KEY (user_id, job_id),
  UNIQUE (user_id, idempotency_key),
  CONSTRAINT counts_add_up CHECK (discovered = queued + processed + failed + skipped),
  CONSTRAINT ended_has_nothing_queued
    CHECK (state NOT IN ('completed', 'failed', 'cancelled') OR (queued = 0 AND discovering = 0)),
  CONSTRAINT ended_has_a_time CHECK ((state IN ('completed', 'failed', 'cancelled')) = (finished_at IS NOT NULL)),
  CONSTRAINT deleted_has_ended CHECK (deleted_at IS NULL OR finished_at IS NOT NULL),
  CONSTRAINT ended_keeps_no_header CHECK (finished_at IS NULL OR sealed_headers IS NULL),
  CONSTRAINT completed_has_pages CHECK (state <> 'completed' OR processed > 0),
  CONSTRAINT failed_says_why CHECK ((state = 'failed') = (error <> '')),
  CONSTRAINT running_is_timed
    CHECK ((state = 'running') = (running_since IS NOT NULL) AND (state = 'running') = (deadline_at IS NOT NULL)),
  CONSTRAINT idempotency_is_whole CHECK ((idempotency_key IS NULL) = (idempotency_hash IS NULL))
);
CREATE INDEX crawling_jobs_newest ON crawling_jobs (user_id, created_at DESC, job_id DESC);
CREATE INDEX crawling_jobs_open ON crawling_jobs (user_id, state, created_at, job_id) WHERE finished_at IS NULL;
CREATE INDEX crawling_jobs_ended ON crawling_jobs (finished_at, user_id, job_id) WHERE finished_at IS NOT NULL;
CREATE INDEX crawling_jobs_deleted ON crawling_jobs (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE crawled_pages (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  page_id bigint GENERATED ALWAYS AS IDENTITY,
  url text NOT NULL CHECK (octet_length(url) <= 2048),
  url_key text COLLATE "C" NOT NULL CHECK (octet_length(url_key) = 32),
  -- 'refused': a link that a limit kept out, remembered so that it is counted once and can still come in.
  kind text COLLATE "C" NOT NULL DEFAULT 'page' CHECK (kind IN ('page', 'robots', 'sitemap', 'llms', 'refused')),
  state text COLLATE "C" NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'processed', 'failed', 'skipped')),
  reason text COLLATE "C" NOT NULL DEFAULT '' CHECK (reason IN ('', 'robots', 'out_of_scope', 'duplicate',
    'redirected', 'not_html', 'too_large', 'needs_javascript', 'empty', 'http_status', 'dns', 'tls', 'timeout',
    'connection', 'forbidden_address', 'parse_limit', 'worker_lost', 'cancelled', 'deadline', 'redirect_limit',
    'bad_response', 'robots_unreachable', 'noindex', 'bytes_limit', 'bad_url', 'internal')),
  refused_by text COLLATE "C" NOT NULL DEFAULT '' CHECK (refused_by IN ('', 'pages', 'depth', 'user_pages')),
  detail text NOT NULL DEFAULT '',
  http_status integer NOT NULL DEFAULT 0,
  depth integer NOT NULL DEFAULT 0 CHECK (depth >= 0), -- shortest link distance from the start page
  redirects integer NOT NULL DEFAULT 0 CHECK (redirects >= 0), -- how many led here
  state_version bigint NOT NULL DEFAULT 0, -- 0 while queued: nothing to see yet
  found_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,

  -- What the page said.
  result_id uuid, -- of its chunks; written once
  title text NOT NULL DEFAULT '',
  heading text NOT NULL DEFAULT '', -- the text of the heading that is the page's own, '' if none is
  description text NOT NULL DEFAULT '',
  language text NOT NULL DEFAULT '',
  content_hash text COLLATE "C" NOT NULL DEFAULT '',
  canonical_url text NOT NULL DEFAULT '',
  rel_next text NOT NULL DEFAULT '',
  rel_prev text NOT NULL DEFAULT '',
  navigation_id uuid, -- the result_id of its navigation's chunks, shared by all pages that have the same
  redirected_to text NOT NULL DEFAULT '',
  words integer NOT NULL DEFAULT 0,
  tokens integer NOT NULL DEFAULT 0,
  markdown_bytes bigint NOT NULL DEFAULT 0,
  bytes_fetched bigint NOT NULL DEFAULT 0,

  -- What the end of the job computes.
  position integer NOT NULL DEFAULT 0, -- 1-based place in reading order
  anchor text COLLATE "C" NOT NULL DEFAULT '',
  duplicate_of bigint,

  -- No index of every row begins with (user_id, job_id), and the primary key leaves job_id out: to a planner
  -- without statistics such an index looks as good for finding one row as the right one, and whole jobs are
  -- read for each row. UNIQUE stands last, for among equals the newest index is taken: URLs are looked up most.
  PRIMARY KEY (user_id, page_id),
  UNIQUE (user_id, url_key, job_id),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE,
  CONSTRAINT ended_has_a_reason CHECK (kind = 'refused' OR (state IN ('failed', 'skipped')) = (reason <> '')),
  CONSTRAINT queued_has_no_version CHECK (state <> 'queued' OR (state_version = 0 AND finished_at IS NULL)),
  CONSTRAINT refused_is_no_page CHECK ((kind = 'refused') = (refused_by <> '') AND (kind <> 'refused' OR
    (state = 'skipped' AND state_version = 0 AND reason = ''))),
  CONSTRAINT ended_page_has_a_version CHECK (kind <> 'page' OR state = 'queued' OR state_version > 0)
);
-- Which job says which user: without this the two look independent, and every job nearly empty.
CREATE STATISTICS crawled_pages_owner (dependencies) ON user_id, job_id FROM crawled_pages;
-- A query that wants the index names its condition in so many words: page_id > 0, state_version > 0.
CREATE INDEX crawled_pages_of_job ON crawled_pages (user_id, job_id, page_id) WHERE page_id > 0;
CREATE INDEX crawled_pages_watched ON crawled_pages (user_id, job_id, state_version) WHERE state_version > 0;
CREATE INDEX crawled_pages_queued ON crawled_pages (user_id, job_id, page_id) WHERE state = 'queued';
CREATE INDEX crawled_pages_refused ON crawled_pages (user_id, job_id, depth, page_id) WHERE kind = 'refused';
CREATE INDEX crawled_pages_placed ON crawled_pages (user_id, job_id, position) WHERE position > 0;

CREATE TABLE page_content_chunks (
  user_id text COLLATE "C" NOT NULL,
  job_id text COLLATE "C" NOT NULL,
  result_id uuid NOT NULL,
  -- markdown and raw: the bytes. facts: JSON, links' places, headings, ids, linked URLs' keys.
  -- navigation: url_keys of 16 bytes each, in order, one a job however many pages share it.
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('markdown', 'raw', 'facts', 'navigation')),
  seq integer NOT NULL CHECK (seq >= 0),
  data bytea NOT NULL CHECK (octet_length(data) <= 65536),
  PRIMARY KEY (user_id, job_id, result_id, kind, seq),
  FOREIGN KEY (user_id, job_id) REFERENCES crawling_jobs ON DELETE CASCADE
);
DO $$ BEGIN
  ALTER TABLE page_content_chunks ALTER COLUMN data SET COMPRESSION lz4; -- a tenth of pglz's time
EXCEPTION WHEN feature_not_supported THEN NULL; -- a server built without lz4 keeps pglz
END $$;

CREATE TABLE api_keys (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  key_id text COLLATE "C" NOT NULL CHECK (key_id ~ '^[a-z0-9_-]{1,64}$'),
  name text NOT NULL DEFAULT '',
  prefix text COLLATE "C" NOT NULL,
  secret_hash bytea NOT NULL CHECK (octet_length(secret_hash) = 32), -- SHA-256 of the whole key
  scopes text[] NOT NULL DEFAULT '{}' CHECK (scopes <@ ARRAY['read', 'write', 'admin']),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (user_id, key_id)
);
-- The one index that no user leads: whoever shows a key is not known before it is found.
CREATE UNIQUE INDEX api_keys_secret ON api_keys (secret_hash);

CREATE TABLE usage_daily (
  user_id text COLLATE "C" NOT NULL CHECK (user_id ~ '^[a-z0-9_-]{1,64}$'),
  day date NOT NULL, -- UTC
  jobs bigint NOT NULL DEFAULT 0,
  pages bigint NOT NULL DEFAULT 0, -- recorded, whatever their state, but for those that never had a turn
  bytes_fetched bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, day)
);

-- The rules of versions and steps --------------------------------------------------------------------

CREATE FUNCTION keep_job_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  visible boolean := (OLD.state, OLD.discovered, OLD.queued, OLD.processed, OLD.failed, OLD.skipped,
      OLD.discovering, OLD.refused_pages, OLD.refused_depth, OLD.refused_user_pages, OLD.limit_reached,
      OLD.bytes_fetched, OLD.markdown_bytes, OLD.words, OLD.tokens, OLD.current_url, OLD.title, OLD.error,
      OLD.document_bytes, OLD.reasons)
    IS DISTINCT FROM (NEW.state, NEW.discovered, NEW.queued, NEW.processed, NEW.failed, NEW.skipped,
      NEW.discovering, NEW.refused_pages, NEW.refused_depth, NEW.refused_user_pages, NEW.limit_reached,
      NEW.bytes_fetched, NEW.markdown_bytes, NEW.words, NEW.tokens, NEW.current_url, NEW.title, NEW.error,
      NEW.document_bytes, NEW.reasons);
BEGIN
  IF OLD.finished_at IS NOT NULL AND (visible OR NEW.state_version <> OLD.state_version) THEN
    RAISE EXCEPTION 'job % has ended at version %; nothing of it changes any more', OLD.job_id, OLD.state_version
      USING ERRCODE = 'DS001';
  END IF;
  IF NEW.state_version < OLD.state_version THEN
    RAISE EXCEPTION 'the version of job % goes only up: % is below %', OLD.job_id, NEW.state_version,
      OLD.state_version USING ERRCODE = 'DS002';
  END IF;
  IF NEW.state <> OLD.state AND NOT (OLD.state || ' ' || NEW.state) = ANY (ARRAY[
      'queued running', 'queued paused', 'queued cancelled', 'queued failed',
      'running paused', 'running completed', 'running failed', 'running cancelled',
      'paused running', 'paused queued', 'paused cancelled']) THEN
    RAISE EXCEPTION 'a job does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'DS003';
  END IF;
  IF visible AND NEW.state_version = OLD.state_version THEN
    NEW.state_version := OLD.state_version + 1;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION summarise_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.progress_summary := jsonb_build_object(
    'discovered', NEW.discovered, 'queued', NEW.queued, 'processed', NEW.processed, 'failed', NEW.failed,
    'skipped', NEW.skipped, 'discovering', NEW.discovering, 'bytes_fetched', NEW.bytes_fetched,
    'markdown_bytes', NEW.markdown_bytes, 'words', NEW.words, 'tokens', NEW.tokens,
    'limit_reached', NEW.limit_reached,
    'not_admitted', NEW.refused_pages + NEW.refused_depth + NEW.refused_user_pages);
  RETURN NEW;
END $$;

CREATE TRIGGER keep_job_rules BEFORE UPDATE ON crawling_jobs FOR EACH ROW EXECUTE FUNCTION keep_job_rules();
CREATE TRIGGER summarise_job BEFORE INSERT OR UPDATE ON crawling_jobs FOR EACH ROW EXECUTE FUNCTION summarise_job();

CREATE FUNCTION refuse_page_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'page % of job % is %; its result is written once', OLD.page_id, OLD.job_id, OLD.state
    USING ERRCODE = 'DS004';
END $$;
CREATE TRIGGER refuse_page_step BEFORE UPDATE ON crawled_pages FOR EACH ROW
  WHEN (OLD.state <> 'queued' AND OLD.kind <> 'refused'
    AND (NEW.state <> OLD.state OR NEW.reason <> OLD.reason OR NEW.result_id IS DISTINCT FROM OLD.result_id))
  EXECUTE FUNCTION refuse_page_step();

-- Who may do what ------------------------------------------------------------------------------------

ALTER TABLE crawling_jobs ENABLE ROW LEVEL SECURITY;
ALTER TABLE crawling_jobs FORCE ROW LEVEL SECURITY;
ALTER TABLE crawled_pages ENABLE ROW LEVEL SECURITY;
ALTER TABLE crawled_pages FORCE ROW LEVEL SECURITY;
ALTER TABLE page_content_chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE page_content_chunks FORCE ROW LEVEL SECURITY;
ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE usage_daily ENABLE ROW LEVEL SECURITY;
ALTER TABLE usage_daily FORCE ROW LEVEL SECURITY;

-- A pooled connection gives '' after its first use, not NULL; neither is anybody.
-- A deleted job is seen by the deleting itself only, which says so with docspasta.deleting.
CREATE POLICY own_jobs ON crawling_jobs TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), '')
    AND (deleted_at IS NULL OR current_setting('docspasta.deleting', true) = 'on'))
  WITH CHECK (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_pages ON crawled_pages TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_chunks ON page_content_chunks TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_keys ON api_keys TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
CREATE POLICY own_usage ON usage_daily TO docspasta_app
  USING (user_id = nullif(current_setting('docspasta.user_id', true), ''));
-- Who holds a key's hash may find that key and note its use, before its user is known.
CREATE POLICY shown_key ON api_keys FOR SELECT TO docspasta_app
  USING (secret_hash = decode(nullif(current_setting('docspasta.key_hash', true), ''), 'hex'));
CREATE POLICY used_key ON api_keys FOR UPDATE TO docspasta_app
  USING (secret_hash = decode(nullif(current_setting('docspasta.key_hash', true), ''), 'hex'));
-- Tending finds the jobs of all users, and no more of them than where they stand.
CREATE POLICY found_jobs ON crawling_jobs FOR SELECT TO docspasta_tend USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON crawling_jobs, crawled_pages, page_content_chunks, api_keys, usage_daily
  TO docspasta_app;
GRANT SELECT ON installation, schema_migrations TO docspasta_app;
-- Beyond who, which and where: created_at starts the oldest queued job first, deadline_at finds jobs past
-- their time and finished_at those past their keeping, each without asking every job as its user.
GRANT SELECT (user_id, job_id, state, state_version, created_at, deadline_at, finished_at, deleted_at) ON crawling_jobs
  TO docspasta_tend;
GRANT SELECT ON schema_migrations TO docspasta_tend;
