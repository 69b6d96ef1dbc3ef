--
-- PostgreSQL database dump
--

SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: keep_job_rules(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.keep_job_rules() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  visible boolean := (OLD.state, OLD.discovered, OLD.queued, OLD.processed, OLD.failed, OLD.skipped,
      OLD.discovering, OLD.refused_pages, OLD.refused_depth, OLD.refused_user_pages, OLD.limit_reached,
      OLD.bytes_fetched, OLD.markdown_bytes, OLD.words, OLD.tokens, OLD.current_url, OLD.title, OLD.error,
      OLD.document_bytes, OLD.reasons)
    IS DISTINCT FROM (NEW.state, NEW.discovered, NEW.queued, NEW.processed, NEW.failed, NEW.skipped,
      NEW.discovering, NEW.refused_pages, NEW.refused_depth, NEW.refused_user_pages, NEW.limit_reached,
      NEW.bytes_fetched, NEW.markdown_bytes, NEW.words, NEW.tokens, NEW.current_url, NEW.title, NEW.error,
      NEW.document_bytes, NEW.reasons);
  retried boolean := OLD.finished_at IS NOT NULL AND NEW.finished_at IS NULL AND NEW.retries = OLD.retries + 1
    AND OLD.deleted_at IS NULL AND NEW.state IN ('queued', 'running');
BEGIN
  IF OLD.finished_at IS NOT NULL AND NOT retried AND (visible OR NEW.state_version <> OLD.state_version) THEN
    RAISE EXCEPTION 'job % has ended at version %; nothing of it changes any more', OLD.job_id, OLD.state_version
      USING ERRCODE = 'DS001';
  END IF;
  IF NEW.state_version < OLD.state_version THEN
    RAISE EXCEPTION 'the version of job % goes only up: % is below %', OLD.job_id, NEW.state_version,
      OLD.state_version USING ERRCODE = 'DS002';
  END IF;
  IF NEW.state <> OLD.state AND NOT retried AND NOT (OLD.state || ' ' || NEW.state) = ANY (ARRAY[
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

--
-- Name: page_changes(text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.page_changes(owner text, from_job text, to_job text) RETURNS TABLE(kind text, url text, title text, old_url text, page_id bigint, old_page_id bigint, content_hash text, reason text, stale_since timestamp with time zone)
    LANGUAGE sql STABLE
    SET enable_nestloop TO 'off'
    AS $$
  WITH old AS (SELECT page.* FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = from_job AND page.state = 'processed' AND page.kind = 'page'),
    new AS (SELECT page.* FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = to_job AND page.state = 'processed' AND page.kind = 'page'),
    gone AS (SELECT old.*, row_number() OVER (PARTITION BY old.content_hash ORDER BY old.url COLLATE "C") AS place
      FROM old WHERE NOT EXISTS (SELECT FROM new WHERE new.url_key = old.url_key)),
    came AS (SELECT new.*, row_number() OVER (PARTITION BY new.content_hash ORDER BY new.url COLLATE "C") AS place
      FROM new WHERE NOT EXISTS (SELECT FROM old WHERE old.url_key = new.url_key)),
    moved AS (SELECT gone.page_id AS old_page_id, gone.url AS old_url, came.page_id AS page_id
      FROM gone JOIN came ON came.content_hash = gone.content_hash AND came.place = gone.place
      WHERE gone.content_hash <> '')
  SELECT CASE WHEN moved.page_id IS NULL THEN 'added' ELSE 'moved' END, came.url, came.title,
    coalesce(moved.old_url, ''), came.page_id, coalesce(moved.old_page_id, 0), came.content_hash, '', came.stale_since
  FROM came LEFT JOIN moved ON moved.page_id = came.page_id
  UNION ALL
  SELECT CASE WHEN now.state = 'failed' THEN 'failed' ELSE 'removed' END, gone.url, gone.title, '', 0, gone.page_id, '',
    coalesce(now.reason, ''), NULL::timestamptz
  FROM gone LEFT JOIN crawled_pages AS now
    ON now.user_id = owner AND now.job_id = to_job AND now.url_key = gone.url_key AND now.kind = 'page'
  WHERE NOT EXISTS (SELECT FROM moved WHERE moved.old_page_id = gone.page_id)
  UNION ALL
  SELECT CASE WHEN new.title <> old.title
        OR coalesce(new.markdown_id <> old.markdown_id, new.content_hash <> old.content_hash) THEN 'changed'
      WHEN new.stale_since IS NOT NULL THEN 'stale' ELSE 'same' END,
    new.url, new.title, '', new.page_id, old.page_id, new.content_hash, '', new.stale_since
  FROM new JOIN old ON old.url_key = new.url_key
$$;

--
-- Name: pages_lost(text, text, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.pages_lost(owner text, from_job text, to_job text) RETURNS TABLE(pages bigint, lost bigint)
    LANGUAGE sql STABLE
    SET enable_nestloop TO 'off'
    AS $$
  WITH old AS (SELECT page.url_key, page.content_hash FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = from_job AND page.state = 'processed' AND page.kind = 'page'),
    new AS (SELECT page.url_key, page.content_hash FROM crawled_pages AS page
      WHERE page.user_id = owner AND page.job_id = to_job AND page.state = 'processed' AND page.kind = 'page'),
    gone AS (SELECT old.content_hash, count(*) AS pages FROM old
      WHERE NOT EXISTS (SELECT FROM new WHERE new.url_key = old.url_key) GROUP BY old.content_hash),
    came AS (SELECT new.content_hash, count(*) AS pages FROM new
      WHERE NOT EXISTS (SELECT FROM old WHERE old.url_key = new.url_key) GROUP BY new.content_hash)
  SELECT (SELECT count(*) FROM old), coalesce(sum(greatest(gone.pages - coalesce(came.pages, 0), 0)), 0)::bigint
  FROM gone LEFT JOIN came ON came.content_hash = gone.content_hash AND gone.content_hash <> ''
$$;

--
-- Name: refuse_page_step(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_page_step() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'page % of job % is %; its result is written once', OLD.page_id, OLD.job_id, OLD.state
    USING ERRCODE = 'DS004';
END $$;

--
-- Name: crawling_jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crawling_jobs (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    state text DEFAULT 'queued'::text NOT NULL COLLATE pg_catalog."C",
    state_version bigint DEFAULT 1 NOT NULL,
    url text NOT NULL,
    settings jsonb DEFAULT '{}'::jsonb NOT NULL,
    header_names text[] DEFAULT '{}'::text[] NOT NULL,
    sealed_headers bytea,
    scope jsonb,
    idempotency_key text COLLATE pg_catalog."C",
    idempotency_hash bytea,
    keep_raw boolean DEFAULT false NOT NULL,
    page_limit integer DEFAULT 10000 NOT NULL,
    depth_limit integer,
    byte_limit bigint,
    day_page_limit bigint,
    running_limit integer DEFAULT 4 NOT NULL,
    seconds_limit double precision DEFAULT 21600 NOT NULL,
    discovered bigint DEFAULT 0 NOT NULL,
    queued bigint DEFAULT 0 NOT NULL,
    processed bigint DEFAULT 0 NOT NULL,
    failed bigint DEFAULT 0 NOT NULL,
    skipped bigint DEFAULT 0 NOT NULL,
    redirected bigint DEFAULT 0 NOT NULL,
    discovering bigint DEFAULT 0 NOT NULL,
    refused_pages bigint DEFAULT 0 NOT NULL,
    refused_depth bigint DEFAULT 0 NOT NULL,
    refused_user_pages bigint DEFAULT 0 NOT NULL,
    not_admitted bigint GENERATED ALWAYS AS (((refused_pages + refused_depth) + refused_user_pages)) STORED NOT NULL,
    limit_reached text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    reasons jsonb DEFAULT '{}'::jsonb NOT NULL,
    bytes_fetched bigint DEFAULT 0 NOT NULL,
    markdown_bytes bigint DEFAULT 0 NOT NULL,
    words bigint DEFAULT 0 NOT NULL,
    tokens bigint DEFAULT 0 NOT NULL,
    current_url text DEFAULT ''::text NOT NULL,
    progress_summary jsonb DEFAULT '{}'::jsonb NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    error text DEFAULT ''::text NOT NULL,
    document_bytes bigint DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    deleted_at timestamp with time zone,
    running_since timestamp with time zone,
    running_seconds double precision DEFAULT 0 NOT NULL,
    deadline_at timestamp with time zone,
    retries integer DEFAULT 0 NOT NULL,
    takes_pushes boolean DEFAULT false NOT NULL,
    source_id text COLLATE pg_catalog."C",
    previous_job_id text COLLATE pg_catalog."C",
    suspect boolean DEFAULT false NOT NULL,
    accepted_at timestamp with time zone,
    unchanged integer DEFAULT 0 NOT NULL,
    contradicted integer DEFAULT 0 NOT NULL,
    address_id text COLLATE pg_catalog."C",
    stale integer DEFAULT 0 NOT NULL,
    CONSTRAINT a_run_has_its_source CHECK (((source_id IS NULL) OR (address_id IS NULL))),
    CONSTRAINT accepted_is_not_suspect CHECK (((accepted_at IS NULL) OR (NOT suspect))),
    CONSTRAINT completed_has_pages CHECK (((state <> 'completed'::text) OR (processed > 0))),
    CONSTRAINT counts_add_up CHECK ((discovered = (((queued + processed) + failed) + skipped))),
    CONSTRAINT crawling_jobs_byte_limit_check CHECK ((byte_limit > 0)),
    CONSTRAINT crawling_jobs_check CHECK (((redirected >= 0) AND (redirected <= skipped))),
    CONSTRAINT crawling_jobs_contradicted_check CHECK ((contradicted >= 0)),
    CONSTRAINT crawling_jobs_depth_limit_check CHECK ((depth_limit >= 0)),
    CONSTRAINT crawling_jobs_discovering_check CHECK ((discovering >= 0)),
    CONSTRAINT crawling_jobs_failed_check CHECK ((failed >= 0)),
    CONSTRAINT crawling_jobs_job_id_check CHECK ((job_id ~ '^[a-z0-9_-]{1,64}$'::text)),
    CONSTRAINT crawling_jobs_limit_reached_check CHECK ((limit_reached = ANY (ARRAY[''::text, 'pages'::text, 'depth'::text, 'time'::text, 'bytes'::text, 'user_pages'::text]))),
    CONSTRAINT crawling_jobs_page_limit_check CHECK ((page_limit > 0)),
    CONSTRAINT crawling_jobs_processed_check CHECK ((processed >= 0)),
    CONSTRAINT crawling_jobs_queued_check CHECK ((queued >= 0)),
    CONSTRAINT crawling_jobs_refused_depth_check CHECK ((refused_depth >= 0)),
    CONSTRAINT crawling_jobs_refused_pages_check CHECK ((refused_pages >= 0)),
    CONSTRAINT crawling_jobs_refused_user_pages_check CHECK ((refused_user_pages >= 0)),
    CONSTRAINT crawling_jobs_retries_check CHECK ((retries >= 0)),
    CONSTRAINT crawling_jobs_running_limit_check CHECK ((running_limit > 0)),
    CONSTRAINT crawling_jobs_seconds_limit_check CHECK ((seconds_limit > (0)::double precision)),
    CONSTRAINT crawling_jobs_skipped_check CHECK ((skipped >= 0)),
    CONSTRAINT crawling_jobs_stale_check CHECK ((stale >= 0)),
    CONSTRAINT crawling_jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'paused'::text, 'completed'::text, 'failed'::text, 'cancelled'::text]))),
    CONSTRAINT crawling_jobs_state_version_check CHECK ((state_version > 0)),
    CONSTRAINT crawling_jobs_unchanged_check CHECK ((unchanged >= 0)),
    CONSTRAINT crawling_jobs_url_check CHECK ((octet_length(url) <= 2048)),
    CONSTRAINT crawling_jobs_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text)),
    CONSTRAINT deleted_has_ended CHECK (((deleted_at IS NULL) OR (finished_at IS NOT NULL))),
    CONSTRAINT ended_has_a_time CHECK (((state = ANY (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) = (finished_at IS NOT NULL))),
    CONSTRAINT ended_has_nothing_queued CHECK (((state <> ALL (ARRAY['completed'::text, 'failed'::text, 'cancelled'::text])) OR ((queued = 0) AND (discovering = 0)))),
    CONSTRAINT ended_keeps_no_header CHECK (((finished_at IS NULL) OR (sealed_headers IS NULL))),
    CONSTRAINT ended_takes_no_pushes CHECK (((finished_at IS NULL) OR (NOT takes_pushes))),
    CONSTRAINT failed_says_why CHECK (((state = 'failed'::text) = (error <> ''::text))),
    CONSTRAINT idempotency_is_whole CHECK (((idempotency_key IS NULL) = (idempotency_hash IS NULL))),
    CONSTRAINT running_is_timed CHECK ((((state = 'running'::text) = (running_since IS NOT NULL)) AND ((state = 'running'::text) = (deadline_at IS NOT NULL))))
);

ALTER TABLE ONLY public.crawling_jobs FORCE ROW LEVEL SECURITY;

--
-- Name: run_before(public.crawling_jobs); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.run_before(run public.crawling_jobs) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT job_id FROM crawling_jobs AS job WHERE job.user_id = run.user_id AND job.source_id = run.source_id
    AND job.state = 'completed' AND NOT job.suspect AND (job.created_at, job.job_id) < (run.created_at, run.job_id)
  ORDER BY job.created_at DESC, job.job_id DESC LIMIT 1
$$;

--
-- Name: summarise_job(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.summarise_job() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  NEW.progress_summary := jsonb_build_object(
    'discovered', NEW.discovered, 'queued', NEW.queued, 'processed', NEW.processed, 'failed', NEW.failed,
    'skipped', NEW.skipped, 'discovering', NEW.discovering, 'bytes_fetched', NEW.bytes_fetched,
    'markdown_bytes', NEW.markdown_bytes, 'words', NEW.words, 'tokens', NEW.tokens,
    'limit_reached', NEW.limit_reached,
    'not_admitted', NEW.refused_pages + NEW.refused_depth + NEW.refused_user_pages);
  RETURN NEW;
END $$;

--
-- Name: tell_of_accepted_run(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_of_accepted_run() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM tell_of_run('source.changed', NEW, run_before(NEW));
  RETURN NULL;
END $$;

--
-- Name: tell_of_job(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_of_job() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
  event text := 'job.' || CASE WHEN NEW.finished_at IS NULL THEN 'started' ELSE NEW.state END;
BEGIN
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = NEW.user_id AND disabled_at IS NULL
      AND event = ANY (events) AND job_id IN ('', NEW.job_id) AND source_id IN ('', coalesce(NEW.source_id, ''))
    FOR KEY SHARE
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

--
-- Name: tell_of_run(text, public.crawling_jobs, text); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_of_run(event text, run public.crawling_jobs, before text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  changes jsonb;
BEGIN
  PERFORM FROM webhook_endpoints WHERE user_id = run.user_id AND disabled_at IS NULL AND job_id = ''
    AND source_id IN ('', run.source_id) AND event = ANY (events);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT jsonb_object_agg(kind, pages) INTO changes FROM (SELECT kind, count(*) AS pages
    FROM page_changes(run.user_id, coalesce(before, ''), run.job_id) GROUP BY kind) AS counted;
  IF changes IS NULL OR changes - 'same' - 'stale' = '{}' THEN
    RETURN;
  END IF;
  WITH wanting AS (
    SELECT webhook_id FROM webhook_endpoints WHERE user_id = run.user_id AND disabled_at IS NULL AND job_id = ''
      AND source_id IN ('', run.source_id) AND event = ANY (events) FOR KEY SHARE
  ), message AS (
    INSERT INTO webhook_messages (user_id, type, job_id, sequence, happened_at, facts)
    SELECT run.user_id, event, run.job_id, run.state_version, coalesce(run.accepted_at, run.finished_at),
      jsonb_build_object('url', run.url, 'title', run.title, 'sourceId', source.source_id, 'name', source.name,
        'previousJobId', before, 'changes', changes)
    FROM sources AS source WHERE source.user_id = run.user_id AND source.source_id = run.source_id
      AND EXISTS (SELECT FROM wanting) RETURNING message_id
  )
  INSERT INTO webhook_deliveries (user_id, webhook_id, message_id)
  SELECT run.user_id, wanting.webhook_id, message.message_id FROM wanting CROSS JOIN message;
END $$;

--
-- Name: tell_of_source(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.tell_of_source() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_hashjoin TO 'on'
    SET enable_mergejoin TO 'on'
    SET enable_indexscan TO 'on'
    SET enable_bitmapscan TO 'on'
    SET enable_seqscan TO 'on'
    SET enable_sort TO 'on'
    AS $$
DECLARE
  before text := run_before(NEW);
  is_suspect boolean := before IS NOT NULL AND NEW.accepted_at IS NULL;
BEGIN
  IF is_suspect THEN
    SELECT lost * 100 > pages * source.max_removed_percent INTO is_suspect
    FROM pages_lost(NEW.user_id, before, NEW.job_id), sources AS source
    WHERE source.user_id = NEW.user_id AND source.source_id = NEW.source_id;
  END IF;
  UPDATE crawling_jobs SET suspect = coalesce(is_suspect, false)
  WHERE user_id = NEW.user_id AND job_id = NEW.job_id AND suspect <> coalesce(is_suspect, false);
  PERFORM tell_of_run(CASE WHEN is_suspect THEN 'source.suspect' ELSE 'source.changed' END, NEW, before);
  RETURN NULL;
END $$;

--
-- Name: api_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.api_keys (
    user_id text NOT NULL COLLATE pg_catalog."C",
    key_id text NOT NULL COLLATE pg_catalog."C",
    name text DEFAULT ''::text NOT NULL,
    prefix text NOT NULL COLLATE pg_catalog."C",
    secret_hash bytea NOT NULL,
    scopes text[] DEFAULT '{}'::text[] NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    CONSTRAINT api_keys_key_id_check CHECK ((key_id ~ '^[a-z0-9_-]{1,64}$'::text)),
    CONSTRAINT api_keys_scopes_check CHECK ((scopes <@ ARRAY['read'::text, 'write'::text, 'admin'::text])),
    CONSTRAINT api_keys_secret_hash_check CHECK ((octet_length(secret_hash) = 32)),
    CONSTRAINT api_keys_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.api_keys FORCE ROW LEVEL SECURITY;

--
-- Name: crawled_pages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.crawled_pages (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    page_id bigint NOT NULL,
    url text NOT NULL,
    url_key text NOT NULL COLLATE pg_catalog."C",
    kind text DEFAULT 'page'::text NOT NULL COLLATE pg_catalog."C",
    state text DEFAULT 'queued'::text NOT NULL COLLATE pg_catalog."C",
    reason text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    refused_by text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    detail text DEFAULT ''::text NOT NULL,
    http_status integer DEFAULT 0 NOT NULL,
    depth integer DEFAULT 0 NOT NULL,
    redirects integer DEFAULT 0 NOT NULL,
    state_version bigint DEFAULT 0 NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    result_id uuid,
    title text DEFAULT ''::text NOT NULL,
    heading text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    language text DEFAULT ''::text NOT NULL,
    content_hash text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    canonical_url text DEFAULT ''::text NOT NULL,
    rel_next text DEFAULT ''::text NOT NULL,
    rel_prev text DEFAULT ''::text NOT NULL,
    navigation_id uuid,
    redirected_to text DEFAULT ''::text NOT NULL,
    words integer DEFAULT 0 NOT NULL,
    tokens integer DEFAULT 0 NOT NULL,
    markdown_bytes bigint DEFAULT 0 NOT NULL,
    bytes_fetched bigint DEFAULT 0 NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    anchor text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    duplicate_of bigint,
    likeness text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    found_on bigint,
    stale_since timestamp with time zone,
    markdown_id uuid,
    CONSTRAINT crawled_pages_depth_check CHECK ((depth >= 0)),
    CONSTRAINT crawled_pages_redirects_check CHECK ((redirects >= 0)),
    CONSTRAINT crawled_pages_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'processed'::text, 'failed'::text, 'skipped'::text]))),
    CONSTRAINT crawled_pages_url_check CHECK ((octet_length(url) <= 2048)),
    CONSTRAINT crawled_pages_url_key_check CHECK ((octet_length(url_key) = 32)),
    CONSTRAINT ended_has_a_reason CHECK (((kind = 'refused'::text) OR ((state = ANY (ARRAY['failed'::text, 'skipped'::text])) = (reason <> ''::text)))),
    CONSTRAINT ended_page_has_a_version CHECK (((kind <> 'page'::text) OR (state = 'queued'::text) OR (state_version > 0))),
    CONSTRAINT queued_has_no_version CHECK (((state <> 'queued'::text) OR ((state_version = 0) AND (finished_at IS NULL)))),
    CONSTRAINT refused_is_no_page CHECK ((((kind = 'refused'::text) = (refused_by <> ''::text)) AND ((kind <> 'refused'::text) OR ((state = 'skipped'::text) AND (state_version = 0) AND (reason = ''::text)))))
);

ALTER TABLE ONLY public.crawled_pages FORCE ROW LEVEL SECURITY;

--
-- Name: crawled_pages_page_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

ALTER TABLE public.crawled_pages ALTER COLUMN page_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.crawled_pages_page_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: document_pieces; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.document_pieces (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    form text NOT NULL COLLATE pg_catalog."C",
    seq integer NOT NULL,
    first_page integer DEFAULT 0 NOT NULL,
    last_page integer DEFAULT 0 NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT document_pieces_data_check CHECK ((octet_length(data) <= 1048576)),
    CONSTRAINT document_pieces_seq_check CHECK ((seq >= 0))
);
ALTER TABLE ONLY public.document_pieces ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.document_pieces FORCE ROW LEVEL SECURITY;

--
-- Name: installation; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.installation (
    only_row boolean DEFAULT true NOT NULL,
    seed text DEFAULT replace((gen_random_uuid())::text, '-'::text, ''::text) NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT installation_only_row_check CHECK (only_row)
);

--
-- Name: job_documents; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_documents (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    form text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    renderer integer NOT NULL,
    claim uuid NOT NULL,
    claimed_until timestamp with time zone NOT NULL,
    losses integer DEFAULT 0 NOT NULL,
    pages integer,
    bytes bigint DEFAULT 0 NOT NULL,
    coded_bytes bigint DEFAULT 0 NOT NULL,
    checksum bigint DEFAULT 0 NOT NULL,
    finished_at timestamp with time zone,
    tokens bigint DEFAULT 0 NOT NULL,
    CONSTRAINT job_documents_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT job_documents_coded_bytes_check CHECK ((coded_bytes >= 0)),
    CONSTRAINT job_documents_form_check CHECK ((form ~ '^[a-z_]{1,40}$'::text)),
    CONSTRAINT job_documents_losses_check CHECK ((losses >= 0)),
    CONSTRAINT job_documents_pages_check CHECK ((pages >= 0)),
    CONSTRAINT job_documents_tokens_check CHECK ((tokens >= 0)),
    CONSTRAINT whole_when_finished CHECK (((finished_at IS NULL) OR (pages IS NOT NULL)))
);

ALTER TABLE ONLY public.job_documents FORCE ROW LEVEL SECURITY;

--
-- Name: kept_conversions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.kept_conversions (
    user_id text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    url_key text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    size integer NOT NULL,
    page bytea NOT NULL,
    terms bytea DEFAULT '\x'::bytea NOT NULL,
    etag text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    last_modified text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    noindex boolean DEFAULT false NOT NULL,
    nofollow boolean DEFAULT false NOT NULL,
    lastmod text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    basis bytea DEFAULT '\x'::bytea NOT NULL,
    result bytea DEFAULT '\x'::bytea NOT NULL,
    CONSTRAINT kept_conversions_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT kept_conversions_size_check CHECK ((size >= 0)),
    CONSTRAINT kept_conversions_url_key_check CHECK ((octet_length(url_key) = 32)),
    CONSTRAINT kept_conversions_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);
ALTER TABLE ONLY public.kept_conversions ALTER COLUMN page SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.kept_conversions FORCE ROW LEVEL SECURITY;

--
-- Name: page_content_chunks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.page_content_chunks (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    result_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    seq integer NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT page_content_chunks_data_check CHECK ((octet_length(data) <= 65536)),
    CONSTRAINT page_content_chunks_seq_check CHECK ((seq >= 0))
);
ALTER TABLE ONLY public.page_content_chunks ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.page_content_chunks FORCE ROW LEVEL SECURITY;

--
-- Name: push_jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.push_jobs (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    sealed_secrets bytea NOT NULL,
    CONSTRAINT push_jobs_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.push_jobs FORCE ROW LEVEL SECURITY;

--
-- Name: pushed_messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pushed_messages (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    message_id text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    CONSTRAINT pushed_messages_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT pushed_messages_message_id_check CHECK ((octet_length(message_id) <= 1100)),
    CONSTRAINT pushed_messages_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.pushed_messages FORCE ROW LEVEL SECURITY;

--
-- Name: pushed_pages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.pushed_pages (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    url_key text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    content_type text NOT NULL COLLATE pg_catalog."C",
    charset text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    size integer NOT NULL,
    body bytea,
    fetched_at timestamp with time zone,
    CONSTRAINT pushed_pages_digest_check CHECK ((octet_length(digest) = 32)),
    CONSTRAINT pushed_pages_url_key_check CHECK ((octet_length(url_key) = 32)),
    CONSTRAINT pushed_pages_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.pushed_pages FORCE ROW LEVEL SECURITY;

--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    name text NOT NULL COLLATE pg_catalog."C",
    checksum text NOT NULL COLLATE pg_catalog."C",
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: search_blocks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_blocks (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    build_id uuid NOT NULL,
    segment integer NOT NULL,
    key bytea NOT NULL,
    data bytea NOT NULL,
    CONSTRAINT search_blocks_key_check CHECK ((octet_length(key) <= 1024))
);
ALTER TABLE ONLY public.search_blocks ALTER COLUMN data SET STORAGE EXTERNAL;

ALTER TABLE ONLY public.search_blocks FORCE ROW LEVEL SECURITY;

--
-- Name: search_indexes; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.search_indexes (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    build_id uuid NOT NULL,
    version bigint NOT NULL,
    format integer NOT NULL,
    languages text[] DEFAULT '{}'::text[] NOT NULL,
    segments integer[] DEFAULT '{}'::integer[] NOT NULL,
    pages integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone
);

ALTER TABLE ONLY public.search_indexes FORCE ROW LEVEL SECURITY;

--
-- Name: source_feed; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.source_feed (
    user_id text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    url text NOT NULL COLLATE pg_catalog."C",
    url_key text NOT NULL COLLATE pg_catalog."C",
    seq bigint NOT NULL,
    gone boolean NOT NULL,
    title text NOT NULL,
    content_hash text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT source_feed_seq_check CHECK ((seq > 0)),
    CONSTRAINT source_feed_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.source_feed FORCE ROW LEVEL SECURITY;

--
-- Name: sources; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sources (
    user_id text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL COLLATE pg_catalog."C",
    settings jsonb NOT NULL,
    keep integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    cron text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    time_zone text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    every_seconds integer DEFAULT 0 NOT NULL,
    suspended boolean DEFAULT false NOT NULL,
    next_at timestamp with time zone,
    skipped_at timestamp with time zone,
    skipped_because text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    max_removed_percent integer DEFAULT 30 NOT NULL,
    distrusted_at timestamp with time zone,
    feed_of text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    feed_seq bigint DEFAULT 0 NOT NULL,
    overlap text DEFAULT 'skip'::text NOT NULL COLLATE pg_catalog."C",
    missed text DEFAULT 'once'::text NOT NULL COLLATE pg_catalog."C",
    start_within_seconds integer DEFAULT 0 NOT NULL,
    feed_floor bigint DEFAULT 0 NOT NULL,
    of_address boolean DEFAULT false NOT NULL,
    lastmod_held integer DEFAULT 0 NOT NULL,
    lastmod_lied_at timestamp with time zone,
    CONSTRAINT due_by_schedule CHECK (((next_at IS NULL) OR ((NOT suspended) AND ((cron <> ''::text) OR (every_seconds > 0))))),
    CONSTRAINT scheduled_one_way CHECK (((cron = ''::text) OR (every_seconds = 0))),
    CONSTRAINT sources_cron_check CHECK ((char_length(cron) <= 100)),
    CONSTRAINT sources_every_seconds_check CHECK ((every_seconds >= 0)),
    CONSTRAINT sources_feed_floor_check CHECK ((feed_floor >= 0)),
    CONSTRAINT sources_keep_check CHECK (((keep >= 1) AND (keep <= 100))),
    CONSTRAINT sources_lastmod_held_check CHECK ((lastmod_held >= 0)),
    CONSTRAINT sources_max_removed_percent_check CHECK (((max_removed_percent >= 0) AND (max_removed_percent <= 100))),
    CONSTRAINT sources_missed_check CHECK ((missed = ANY (ARRAY['once'::text, 'skip'::text]))),
    CONSTRAINT sources_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 100))),
    CONSTRAINT sources_overlap_check CHECK ((overlap = ANY (ARRAY['skip'::text, 'queue'::text, 'replace'::text]))),
    CONSTRAINT sources_skipped_because_check CHECK ((skipped_because = ANY (ARRAY[''::text, 'overlap'::text, 'limit'::text, 'refused'::text, 'missed'::text]))),
    CONSTRAINT sources_source_id_check CHECK ((source_id ~ '^[a-z0-9_-]{1,64}$'::text)),
    CONSTRAINT sources_start_within_seconds_check CHECK ((start_within_seconds >= 0)),
    CONSTRAINT sources_time_zone_check CHECK ((char_length(time_zone) <= 100)),
    CONSTRAINT sources_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.sources FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_endpoints; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_endpoints (
    user_id text NOT NULL COLLATE pg_catalog."C",
    webhook_id text NOT NULL COLLATE pg_catalog."C",
    job_id text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    url text NOT NULL,
    events text[] NOT NULL,
    scheme text NOT NULL COLLATE pg_catalog."C",
    description text DEFAULT ''::text NOT NULL,
    sealed_secret bytea NOT NULL,
    sealed_previous bytea,
    previous_until timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    disabled_because text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    failures integer DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    openings integer DEFAULT 0 NOT NULL,
    rests_until timestamp with time zone,
    window_since timestamp with time zone,
    window_tries integer DEFAULT 0 NOT NULL,
    window_failures integer DEFAULT 0 NOT NULL,
    source_id text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    of_batch boolean DEFAULT false NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    header_names text[] DEFAULT '{}'::text[] NOT NULL,
    sealed_headers bytea DEFAULT '\x'::bytea NOT NULL,
    CONSTRAINT disabled_says_why CHECK (((disabled_at IS NULL) = (disabled_because = ''::text))),
    CONSTRAINT headers_are_sealed CHECK (((cardinality(header_names) = 0) = (sealed_headers = '\x'::bytea))),
    CONSTRAINT rotation_is_whole CHECK (((sealed_previous IS NULL) = (previous_until IS NULL))),
    CONSTRAINT webhook_endpoints_disabled_because_check CHECK ((disabled_because = ANY (ARRAY[''::text, 'user'::text, 'gone'::text, 'failing'::text]))),
    CONSTRAINT webhook_endpoints_events_check CHECK ((cardinality(events) > 0)),
    CONSTRAINT webhook_endpoints_metadata_check CHECK ((jsonb_typeof(metadata) = 'object'::text)),
    CONSTRAINT webhook_endpoints_scheme_check CHECK ((scheme = ANY (ARRAY['standard'::text, 'firecrawl'::text, 'upstash'::text]))),
    CONSTRAINT webhook_endpoints_url_check CHECK ((octet_length(url) <= 2048)),
    CONSTRAINT webhook_endpoints_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text)),
    CONSTRAINT webhook_endpoints_webhook_id_check CHECK ((webhook_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.webhook_endpoints FORCE ROW LEVEL SECURITY;

--
-- Name: sources_with_runs; Type: VIEW; Schema: public; Owner: -
--

CREATE VIEW public.sources_with_runs WITH (security_invoker='true') AS
 SELECT source.user_id,
    source.source_id,
    source.name,
    source.settings,
    source.keep,
    source.created_at,
    source.cron,
    source.time_zone,
    source.every_seconds,
    source.suspended,
    source.next_at,
    source.skipped_at,
    source.skipped_because,
    source.max_removed_percent,
    source.distrusted_at,
    source.feed_of,
    source.feed_seq,
    source.overlap,
    source.missed,
    source.start_within_seconds,
    source.feed_floor,
    source.of_address,
    COALESCE(good.job_id, ''::text) AS current_job_id,
    COALESCE(newest.job_id, ''::text) AS newest_job_id,
    COALESCE(newest.state, ''::text) AS newest_state,
    newest.created_at AS newest_created_at,
    COALESCE(doubted.job_id, ''::text) AS suspect_job_id,
    COALESCE(hook.webhook_id, ''::text) AS webhook_id,
        CASE
            WHEN ((newest.state IS NULL) OR (newest.state = ANY (ARRAY['completed'::text, 'cancelled'::text]))) THEN (0)::bigint
            ELSE ( SELECT count(*) AS count
               FROM public.crawling_jobs job
              WHERE ((job.user_id = source.user_id) AND (job.source_id = source.source_id) AND (job.state = 'failed'::text) AND (NOT (EXISTS ( SELECT
                       FROM public.crawling_jobs ended
                      WHERE ((ended.user_id = job.user_id) AND (ended.source_id = job.source_id) AND (ended.state = ANY (ARRAY['completed'::text, 'cancelled'::text])) AND (ROW(ended.created_at, ended.job_id) > ROW(job.created_at, job.job_id))))))))
        END AS failures
   FROM ((((public.sources source
     LEFT JOIN LATERAL ( SELECT job.job_id,
            job.created_at
           FROM public.crawling_jobs job
          WHERE ((job.user_id = source.user_id) AND (job.source_id = source.source_id) AND (job.state = 'completed'::text) AND (NOT job.suspect))
          ORDER BY job.created_at DESC, job.job_id DESC
         LIMIT 1) good ON (true))
     LEFT JOIN LATERAL ( SELECT job.job_id,
            job.state,
            job.created_at
           FROM public.crawling_jobs job
          WHERE ((job.user_id = source.user_id) AND (job.source_id = source.source_id))
          ORDER BY job.created_at DESC, job.job_id DESC
         LIMIT 1) newest ON (true))
     LEFT JOIN LATERAL ( SELECT job.job_id
           FROM public.crawling_jobs job
          WHERE ((job.user_id = source.user_id) AND (job.source_id = source.source_id) AND (job.state = 'completed'::text) AND job.suspect AND ((good.job_id IS NULL) OR (ROW(job.created_at, job.job_id) > ROW(good.created_at, good.job_id))))
          ORDER BY job.created_at DESC, job.job_id DESC
         LIMIT 1) doubted ON (true))
     LEFT JOIN public.webhook_endpoints hook ON (((hook.user_id = source.user_id) AND (hook.source_id = source.source_id))))
  WHERE (NOT source.of_address);

--
-- Name: usage_daily; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.usage_daily (
    user_id text NOT NULL COLLATE pg_catalog."C",
    day date NOT NULL,
    jobs bigint DEFAULT 0 NOT NULL,
    pages bigint DEFAULT 0 NOT NULL,
    bytes_fetched bigint DEFAULT 0 NOT NULL,
    CONSTRAINT usage_daily_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.usage_daily FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_deliveries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_deliveries (
    user_id text NOT NULL COLLATE pg_catalog."C",
    webhook_id text NOT NULL COLLATE pg_catalog."C",
    message_id text NOT NULL COLLATE pg_catalog."C",
    state text DEFAULT 'pending'::text NOT NULL COLLATE pg_catalog."C",
    spent integer DEFAULT 0 NOT NULL,
    sent integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    lease text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    settled_at timestamp with time zone,
    CONSTRAINT settled_has_a_time CHECK (((state = 'pending'::text) = (settled_at IS NULL))),
    CONSTRAINT webhook_deliveries_check CHECK ((sent >= spent)),
    CONSTRAINT webhook_deliveries_spent_check CHECK ((spent >= 0)),
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text]))),
    CONSTRAINT webhook_deliveries_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.webhook_deliveries FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_messages (
    user_id text NOT NULL COLLATE pg_catalog."C",
    message_id text DEFAULT ('msg_'::text || replace((gen_random_uuid())::text, '-'::text, ''::text)) NOT NULL COLLATE pg_catalog."C",
    type text NOT NULL COLLATE pg_catalog."C",
    job_id text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    sequence bigint DEFAULT 0 NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    happened_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_messages_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.webhook_messages FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_page_events; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_page_events (
    user_id text NOT NULL COLLATE pg_catalog."C",
    job_id text NOT NULL COLLATE pg_catalog."C",
    page_id bigint NOT NULL,
    state text NOT NULL COLLATE pg_catalog."C",
    sequence bigint NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    CONSTRAINT webhook_page_events_state_check CHECK ((state = ANY (ARRAY['processed'::text, 'failed'::text]))),
    CONSTRAINT webhook_page_events_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.webhook_page_events FORCE ROW LEVEL SECURITY;

--
-- Name: webhook_tries; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.webhook_tries (
    user_id text NOT NULL COLLATE pg_catalog."C",
    webhook_id text NOT NULL COLLATE pg_catalog."C",
    message_id text NOT NULL COLLATE pg_catalog."C",
    number integer NOT NULL,
    tried_at timestamp with time zone NOT NULL,
    probe boolean NOT NULL,
    status integer NOT NULL,
    milliseconds integer NOT NULL,
    error text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    detail text DEFAULT ''::text NOT NULL,
    head text DEFAULT ''::text NOT NULL,
    CONSTRAINT webhook_tries_head_check CHECK ((length(head) <= 1024)),
    CONSTRAINT webhook_tries_number_check CHECK ((number > 0)),
    CONSTRAINT webhook_tries_user_id_check CHECK ((user_id ~ '^[a-z0-9_-]{1,64}$'::text))
);

ALTER TABLE ONLY public.webhook_tries FORCE ROW LEVEL SECURITY;

--
-- Name: api_keys api_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (user_id, key_id);

--
-- Name: crawled_pages crawled_pages_kind_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.crawled_pages
    ADD CONSTRAINT crawled_pages_kind_check CHECK ((kind = ANY (ARRAY['page'::text, 'robots'::text, 'sitemap'::text, 'llms'::text, 'probe'::text, 'refused'::text]))) NOT VALID;

--
-- Name: crawled_pages crawled_pages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawled_pages
    ADD CONSTRAINT crawled_pages_pkey PRIMARY KEY (user_id, page_id) WITH (fillfactor='45', deduplicate_items=off);

--
-- Name: crawled_pages crawled_pages_reason_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.crawled_pages
    ADD CONSTRAINT crawled_pages_reason_check CHECK ((reason = ANY (ARRAY[''::text, 'robots'::text, 'out_of_scope'::text, 'duplicate'::text, 'redirected'::text, 'not_html'::text, 'too_large'::text, 'needs_javascript'::text, 'empty'::text, 'http_status'::text, 'dns'::text, 'tls'::text, 'timeout'::text, 'connection'::text, 'forbidden_address'::text, 'parse_limit'::text, 'worker_lost'::text, 'cancelled'::text, 'deadline'::text, 'redirect_limit'::text, 'bad_response'::text, 'robots_unreachable'::text, 'noindex'::text, 'bytes_limit'::text, 'bad_url'::text, 'internal'::text, 'dead_link'::text, 'not_found'::text, 'challenge'::text, 'sign_in'::text, 'consent'::text, 'maintenance'::text, 'rate_limited'::text, 'left_out'::text, 'other_host'::text]))) NOT VALID;

--
-- Name: crawled_pages crawled_pages_refused_by_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.crawled_pages
    ADD CONSTRAINT crawled_pages_refused_by_check CHECK ((refused_by = ANY (ARRAY[''::text, 'pages'::text, 'depth'::text, 'user_pages'::text, 'noise'::text]))) NOT VALID;

--
-- Name: crawled_pages crawled_pages_user_id_url_key_job_id_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawled_pages
    ADD CONSTRAINT crawled_pages_user_id_url_key_job_id_key UNIQUE (user_id, url_key, job_id) WITH (deduplicate_items=off);

--
-- Name: crawling_jobs crawling_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawling_jobs
    ADD CONSTRAINT crawling_jobs_pkey PRIMARY KEY (user_id, job_id);

--
-- Name: crawling_jobs crawling_jobs_user_id_idempotency_key_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawling_jobs
    ADD CONSTRAINT crawling_jobs_user_id_idempotency_key_key UNIQUE (user_id, idempotency_key);

--
-- Name: document_pieces document_pieces_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_pieces
    ADD CONSTRAINT document_pieces_pkey PRIMARY KEY (user_id, job_id, form, seq);

--
-- Name: installation installation_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.installation
    ADD CONSTRAINT installation_pkey PRIMARY KEY (only_row);

--
-- Name: job_documents job_documents_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_documents
    ADD CONSTRAINT job_documents_pkey PRIMARY KEY (user_id, job_id, form);

--
-- Name: kept_conversions kept_conversions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_conversions
    ADD CONSTRAINT kept_conversions_pkey PRIMARY KEY (user_id, source_id, url_key);

--
-- Name: page_content_chunks page_content_chunks_kind_check; Type: CHECK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE public.page_content_chunks
    ADD CONSTRAINT page_content_chunks_kind_check CHECK ((kind = ANY (ARRAY['markdown'::text, 'html'::text, 'raw'::text, 'facts'::text, 'navigation'::text]))) NOT VALID;

--
-- Name: page_content_chunks page_content_chunks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.page_content_chunks
    ADD CONSTRAINT page_content_chunks_pkey PRIMARY KEY (user_id, job_id, result_id, kind, seq);

--
-- Name: push_jobs push_jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_jobs
    ADD CONSTRAINT push_jobs_pkey PRIMARY KEY (user_id, job_id);

--
-- Name: pushed_messages pushed_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pushed_messages
    ADD CONSTRAINT pushed_messages_pkey PRIMARY KEY (user_id, job_id, message_id);

--
-- Name: pushed_pages pushed_pages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pushed_pages
    ADD CONSTRAINT pushed_pages_pkey PRIMARY KEY (user_id, job_id, url_key);

--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

--
-- Name: search_blocks search_blocks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_blocks
    ADD CONSTRAINT search_blocks_pkey PRIMARY KEY (user_id, job_id, build_id, segment, key);

--
-- Name: search_indexes search_indexes_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_indexes
    ADD CONSTRAINT search_indexes_pkey PRIMARY KEY (user_id, job_id, build_id);

--
-- Name: source_feed source_feed_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_feed
    ADD CONSTRAINT source_feed_pkey PRIMARY KEY (user_id, source_id, url);

--
-- Name: sources sources_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (user_id, source_id);

--
-- Name: sources sources_user_id_name_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_user_id_name_key UNIQUE (user_id, name);

--
-- Name: usage_daily usage_daily_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.usage_daily
    ADD CONSTRAINT usage_daily_pkey PRIMARY KEY (user_id, day);

--
-- Name: webhook_deliveries webhook_deliveries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (user_id, webhook_id, message_id);

--
-- Name: webhook_endpoints webhook_endpoints_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (user_id, webhook_id);

--
-- Name: webhook_messages webhook_messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_messages
    ADD CONSTRAINT webhook_messages_pkey PRIMARY KEY (user_id, message_id);

--
-- Name: webhook_page_events webhook_page_events_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_page_events
    ADD CONSTRAINT webhook_page_events_pkey PRIMARY KEY (user_id, job_id, page_id);

--
-- Name: webhook_tries webhook_tries_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_tries
    ADD CONSTRAINT webhook_tries_pkey PRIMARY KEY (user_id, webhook_id, message_id, number);

--
-- Name: api_keys_secret; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX api_keys_secret ON public.api_keys USING btree (secret_hash);

--
-- Name: crawled_pages_discovery; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawled_pages_discovery ON public.crawled_pages USING btree (user_id, job_id) WHERE (kind = ANY (ARRAY['robots'::text, 'sitemap'::text, 'llms'::text, 'probe'::text]));

--
-- Name: crawled_pages_queued; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawled_pages_queued ON public.crawled_pages USING btree (user_id, job_id, page_id) WHERE (state = 'queued'::text);

--
-- Name: crawled_pages_refused; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawled_pages_refused ON public.crawled_pages USING btree (user_id, job_id, depth, page_id) WHERE (kind = 'refused'::text);

--
-- Name: crawled_pages_watched; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawled_pages_watched ON public.crawled_pages USING btree (user_id, job_id, state_version) WHERE (state_version > 0);

--
-- Name: crawling_jobs_by_previous; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_by_previous ON public.crawling_jobs USING btree (user_id, previous_job_id) WHERE (previous_job_id IS NOT NULL);

--
-- Name: crawling_jobs_deleted; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_deleted ON public.crawling_jobs USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

--
-- Name: crawling_jobs_ended; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_ended ON public.crawling_jobs USING btree (finished_at, user_id, job_id) WHERE (finished_at IS NOT NULL);

--
-- Name: crawling_jobs_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_newest ON public.crawling_jobs USING btree (user_id, created_at DESC, job_id DESC);

--
-- Name: crawling_jobs_of_address; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_of_address ON public.crawling_jobs USING btree (user_id, address_id, created_at DESC, job_id DESC) WHERE (address_id IS NOT NULL);

--
-- Name: crawling_jobs_of_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_of_source ON public.crawling_jobs USING btree (user_id, source_id, created_at DESC, job_id DESC) WHERE (source_id IS NOT NULL);

--
-- Name: crawling_jobs_open; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX crawling_jobs_open ON public.crawling_jobs USING btree (user_id, state, created_at, job_id) WHERE (finished_at IS NULL);

--
-- Name: push_jobs_by_id; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX push_jobs_by_id ON public.push_jobs USING btree (job_id);

--
-- Name: pushed_pages_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX pushed_pages_waiting ON public.pushed_pages USING btree (user_id, job_id) WHERE (body IS NOT NULL);

--
-- Name: source_feed_in_order; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX source_feed_in_order ON public.source_feed USING btree (user_id, source_id, seq);

--
-- Name: sources_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX sources_due ON public.sources USING btree (next_at) WHERE (next_at IS NOT NULL);

--
-- Name: usage_daily_of_day; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX usage_daily_of_day ON public.usage_daily USING btree (day, user_id);

--
-- Name: webhook_deliveries_message; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_deliveries_message ON public.webhook_deliveries USING btree (user_id, message_id);

--
-- Name: webhook_deliveries_newest; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_deliveries_newest ON public.webhook_deliveries USING btree (user_id, webhook_id, created_at DESC, message_id DESC);

--
-- Name: webhook_deliveries_pending; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_deliveries_pending ON public.webhook_deliveries USING btree (user_id, webhook_id, next_at) WHERE (state = 'pending'::text);

--
-- Name: webhook_endpoints_of_source; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX webhook_endpoints_of_source ON public.webhook_endpoints USING btree (user_id, source_id) WHERE (source_id <> ''::text);

--
-- Name: webhook_messages_of_job; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX webhook_messages_of_job ON public.webhook_messages USING btree (user_id, job_id, sequence, type) WHERE (job_id <> ''::text);

--
-- Name: webhook_messages_old; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX webhook_messages_old ON public.webhook_messages USING btree (happened_at, user_id);

--
-- Name: crawled_pages_owner; Type: STATISTICS; Schema: public; Owner: -
--

CREATE STATISTICS public.crawled_pages_owner (dependencies) ON user_id, job_id FROM public.crawled_pages;

--
-- Name: crawling_jobs keep_job_rules; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER keep_job_rules BEFORE UPDATE ON public.crawling_jobs FOR EACH ROW EXECUTE FUNCTION public.keep_job_rules();

--
-- Name: crawled_pages refuse_page_step; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER refuse_page_step BEFORE UPDATE ON public.crawled_pages FOR EACH ROW WHEN (((old.state <> 'queued'::text) AND (old.kind <> 'refused'::text) AND ((new.state <> old.state) OR (new.reason <> old.reason) OR (new.result_id IS DISTINCT FROM old.result_id)) AND (NOT ((old.state = 'processed'::text) AND (new.state = 'skipped'::text) AND (new.reason = 'not_found'::text) AND (NOT (new.result_id IS DISTINCT FROM old.result_id)))) AND (NOT ((old.state = ANY (ARRAY['failed'::text, 'skipped'::text])) AND (new.state = 'queued'::text) AND (current_setting('docspasta.retrying'::text, true) = 'on'::text))))) EXECUTE FUNCTION public.refuse_page_step();

--
-- Name: crawling_jobs summarise_job; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER summarise_job BEFORE INSERT OR UPDATE ON public.crawling_jobs FOR EACH ROW EXECUTE FUNCTION public.summarise_job();

--
-- Name: crawling_jobs tell_of_accepted_run; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tell_of_accepted_run AFTER UPDATE ON public.crawling_jobs FOR EACH ROW WHEN (((old.accepted_at IS NULL) AND (new.accepted_at IS NOT NULL) AND (new.source_id IS NOT NULL))) EXECUTE FUNCTION public.tell_of_accepted_run();

--
-- Name: crawling_jobs tell_of_job; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tell_of_job AFTER UPDATE ON public.crawling_jobs FOR EACH ROW WHEN ((((old.started_at IS NULL) AND (new.started_at IS NOT NULL)) OR ((old.finished_at IS NULL) AND (new.finished_at IS NOT NULL)))) EXECUTE FUNCTION public.tell_of_job();

--
-- Name: crawling_jobs tell_of_source; Type: TRIGGER; Schema: public; Owner: -
--

CREATE CONSTRAINT TRIGGER tell_of_source AFTER UPDATE ON public.crawling_jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.finished_at IS NULL) AND (new.state = 'completed'::text) AND (new.source_id IS NOT NULL))) EXECUTE FUNCTION public.tell_of_source();

--
-- Name: crawling_jobs tell_of_started_job; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER tell_of_started_job AFTER INSERT ON public.crawling_jobs FOR EACH ROW WHEN (((new.started_at IS NOT NULL) AND (new.finished_at IS NULL))) EXECUTE FUNCTION public.tell_of_job();

--
-- Name: crawled_pages crawled_pages_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawled_pages
    ADD CONSTRAINT crawled_pages_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: crawling_jobs crawling_jobs_address_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawling_jobs
    ADD CONSTRAINT crawling_jobs_address_fkey FOREIGN KEY (user_id, address_id) REFERENCES public.sources(user_id, source_id) ON DELETE SET NULL (address_id);

--
-- Name: crawling_jobs crawling_jobs_user_id_previous_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawling_jobs
    ADD CONSTRAINT crawling_jobs_user_id_previous_job_id_fkey FOREIGN KEY (user_id, previous_job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE SET NULL (previous_job_id);

--
-- Name: crawling_jobs crawling_jobs_user_id_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.crawling_jobs
    ADD CONSTRAINT crawling_jobs_user_id_source_id_fkey FOREIGN KEY (user_id, source_id) REFERENCES public.sources(user_id, source_id) ON DELETE SET NULL (source_id);

--
-- Name: document_pieces document_pieces_user_id_job_id_form_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.document_pieces
    ADD CONSTRAINT document_pieces_user_id_job_id_form_fkey FOREIGN KEY (user_id, job_id, form) REFERENCES public.job_documents(user_id, job_id, form) ON DELETE CASCADE;

--
-- Name: job_documents job_documents_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_documents
    ADD CONSTRAINT job_documents_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: kept_conversions kept_conversions_user_id_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.kept_conversions
    ADD CONSTRAINT kept_conversions_user_id_source_id_fkey FOREIGN KEY (user_id, source_id) REFERENCES public.sources(user_id, source_id) ON DELETE CASCADE;

--
-- Name: push_jobs push_jobs_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.push_jobs
    ADD CONSTRAINT push_jobs_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: pushed_messages pushed_messages_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pushed_messages
    ADD CONSTRAINT pushed_messages_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: pushed_pages pushed_pages_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.pushed_pages
    ADD CONSTRAINT pushed_pages_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: search_blocks search_blocks_user_id_job_id_build_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_blocks
    ADD CONSTRAINT search_blocks_user_id_job_id_build_id_fkey FOREIGN KEY (user_id, job_id, build_id) REFERENCES public.search_indexes(user_id, job_id, build_id) ON DELETE CASCADE;

--
-- Name: search_indexes search_indexes_user_id_job_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.search_indexes
    ADD CONSTRAINT search_indexes_user_id_job_id_fkey FOREIGN KEY (user_id, job_id) REFERENCES public.crawling_jobs(user_id, job_id) ON DELETE CASCADE;

--
-- Name: source_feed source_feed_user_id_source_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.source_feed
    ADD CONSTRAINT source_feed_user_id_source_id_fkey FOREIGN KEY (user_id, source_id) REFERENCES public.sources(user_id, source_id) ON DELETE CASCADE;

--
-- Name: webhook_deliveries webhook_deliveries_user_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_user_id_message_id_fkey FOREIGN KEY (user_id, message_id) REFERENCES public.webhook_messages(user_id, message_id) ON DELETE CASCADE;

--
-- Name: webhook_deliveries webhook_deliveries_user_id_webhook_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_user_id_webhook_id_fkey FOREIGN KEY (user_id, webhook_id) REFERENCES public.webhook_endpoints(user_id, webhook_id) ON DELETE CASCADE;

--
-- Name: webhook_tries webhook_tries_user_id_webhook_id_message_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.webhook_tries
    ADD CONSTRAINT webhook_tries_user_id_webhook_id_message_id_fkey FOREIGN KEY (user_id, webhook_id, message_id) REFERENCES public.webhook_deliveries(user_id, webhook_id, message_id) ON DELETE CASCADE;

--
-- Name: api_keys; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_daily counted_usage; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY counted_usage ON public.usage_daily FOR SELECT TO docspasta_tend USING (true);

--
-- Name: crawled_pages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.crawled_pages ENABLE ROW LEVEL SECURITY;

--
-- Name: crawling_jobs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.crawling_jobs ENABLE ROW LEVEL SECURITY;

--
-- Name: document_pieces; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.document_pieces ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_deliveries found_deliveries; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_deliveries ON public.webhook_deliveries FOR SELECT TO docspasta_tend USING (true);

--
-- Name: webhook_endpoints found_endpoints; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_endpoints ON public.webhook_endpoints FOR SELECT TO docspasta_tend USING (true);

--
-- Name: search_indexes found_indexes; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_indexes ON public.search_indexes FOR SELECT TO docspasta_tend USING (true);

--
-- Name: crawling_jobs found_jobs; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_jobs ON public.crawling_jobs FOR SELECT TO docspasta_tend USING (true);

--
-- Name: webhook_messages found_messages; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_messages ON public.webhook_messages FOR SELECT TO docspasta_tend USING (true);

--
-- Name: webhook_page_events found_page_events; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_page_events ON public.webhook_page_events FOR SELECT TO docspasta_tend USING (true);

--
-- Name: sources found_sources; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY found_sources ON public.sources FOR SELECT TO docspasta_tend USING (true);

--
-- Name: job_documents; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.job_documents ENABLE ROW LEVEL SECURITY;

--
-- Name: kept_conversions; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.kept_conversions ENABLE ROW LEVEL SECURITY;

--
-- Name: push_jobs named_push_job; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY named_push_job ON public.push_jobs FOR SELECT TO docspasta_app USING ((job_id = NULLIF(current_setting('docspasta.push_job'::text, true), ''::text)));

--
-- Name: page_content_chunks own_chunks; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_chunks ON public.page_content_chunks TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: webhook_deliveries own_deliveries; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_deliveries ON public.webhook_deliveries TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: job_documents own_documents; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_documents ON public.job_documents TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: webhook_endpoints own_endpoints; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_endpoints ON public.webhook_endpoints TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: source_feed own_feed; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_feed ON public.source_feed TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: crawling_jobs own_jobs; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_jobs ON public.crawling_jobs TO docspasta_app USING (((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)) AND ((deleted_at IS NULL) OR (current_setting('docspasta.deleting'::text, true) = 'on'::text)))) WITH CHECK ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: kept_conversions own_kept_conversions; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_kept_conversions ON public.kept_conversions TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: api_keys own_keys; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_keys ON public.api_keys TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: webhook_messages own_messages; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_messages ON public.webhook_messages TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: webhook_page_events own_page_events; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_page_events ON public.webhook_page_events TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: crawled_pages own_pages; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_pages ON public.crawled_pages TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: document_pieces own_pieces; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_pieces ON public.document_pieces TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: push_jobs own_push_jobs; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_push_jobs ON public.push_jobs TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: pushed_messages own_pushed_messages; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_pushed_messages ON public.pushed_messages TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: pushed_pages own_pushed_pages; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_pushed_pages ON public.pushed_pages TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: search_blocks own_search_blocks; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_search_blocks ON public.search_blocks TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: search_indexes own_search_indexes; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_search_indexes ON public.search_indexes TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: sources own_sources; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_sources ON public.sources TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: webhook_tries own_tries; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_tries ON public.webhook_tries TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: usage_daily own_usage; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY own_usage ON public.usage_daily TO docspasta_app USING ((user_id = NULLIF(current_setting('docspasta.user_id'::text, true), ''::text)));

--
-- Name: page_content_chunks; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.page_content_chunks ENABLE ROW LEVEL SECURITY;

--
-- Name: push_jobs; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.push_jobs ENABLE ROW LEVEL SECURITY;

--
-- Name: pushed_messages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pushed_messages ENABLE ROW LEVEL SECURITY;

--
-- Name: pushed_pages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.pushed_pages ENABLE ROW LEVEL SECURITY;

--
-- Name: search_blocks; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.search_blocks ENABLE ROW LEVEL SECURITY;

--
-- Name: search_indexes; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.search_indexes ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys shown_key; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY shown_key ON public.api_keys FOR SELECT TO docspasta_app USING ((secret_hash = decode(NULLIF(current_setting('docspasta.key_hash'::text, true), ''::text), 'hex'::text)));

--
-- Name: source_feed; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.source_feed ENABLE ROW LEVEL SECURITY;

--
-- Name: sources; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.sources ENABLE ROW LEVEL SECURITY;

--
-- Name: usage_daily; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.usage_daily ENABLE ROW LEVEL SECURITY;

--
-- Name: api_keys used_key; Type: POLICY; Schema: public; Owner: -
--

CREATE POLICY used_key ON public.api_keys FOR UPDATE TO docspasta_app USING ((secret_hash = decode(NULLIF(current_setting('docspasta.key_hash'::text, true), ''::text), 'hex'::text)));

--
-- Name: webhook_deliveries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_endpoints; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_endpoints ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_messages; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_messages ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_page_events; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_page_events ENABLE ROW LEVEL SECURITY;

--
-- Name: webhook_tries; Type: ROW SECURITY; Schema: public; Owner: -
--

ALTER TABLE public.webhook_tries ENABLE ROW LEVEL SECURITY;

--
-- Name: TABLE crawling_jobs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.crawling_jobs TO docspasta_app;

--
-- Name: COLUMN crawling_jobs.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.job_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(job_id) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.state; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(state) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.state_version; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(state_version) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.finished_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(finished_at) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.deleted_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(deleted_at) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.deadline_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(deadline_at) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.source_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(source_id) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: COLUMN crawling_jobs.suspect; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(suspect) ON TABLE public.crawling_jobs TO docspasta_tend;

--
-- Name: TABLE api_keys; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.api_keys TO docspasta_app;

--
-- Name: TABLE crawled_pages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.crawled_pages TO docspasta_app;

--
-- Name: TABLE document_pieces; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_pieces TO docspasta_app;

--
-- Name: TABLE installation; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT ON TABLE public.installation TO docspasta_app;

--
-- Name: TABLE job_documents; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_documents TO docspasta_app;

--
-- Name: TABLE kept_conversions; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.kept_conversions TO docspasta_app;

--
-- Name: TABLE page_content_chunks; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.page_content_chunks TO docspasta_app;

--
-- Name: TABLE push_jobs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.push_jobs TO docspasta_app;

--
-- Name: TABLE pushed_messages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pushed_messages TO docspasta_app;

--
-- Name: TABLE pushed_pages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pushed_pages TO docspasta_app;

--
-- Name: TABLE schema_migrations; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT ON TABLE public.schema_migrations TO docspasta_app;
GRANT SELECT ON TABLE public.schema_migrations TO docspasta_tend;

--
-- Name: TABLE search_blocks; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.search_blocks TO docspasta_app;

--
-- Name: TABLE search_indexes; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.search_indexes TO docspasta_app;

--
-- Name: COLUMN search_indexes.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.search_indexes TO docspasta_tend;

--
-- Name: COLUMN search_indexes.job_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(job_id) ON TABLE public.search_indexes TO docspasta_tend;

--
-- Name: COLUMN search_indexes.format; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(format) ON TABLE public.search_indexes TO docspasta_tend;

--
-- Name: COLUMN search_indexes.created_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(created_at) ON TABLE public.search_indexes TO docspasta_tend;

--
-- Name: COLUMN search_indexes.finished_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(finished_at) ON TABLE public.search_indexes TO docspasta_tend;

--
-- Name: TABLE source_feed; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.source_feed TO docspasta_app;

--
-- Name: TABLE sources; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sources TO docspasta_app;

--
-- Name: COLUMN sources.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.sources TO docspasta_tend;

--
-- Name: COLUMN sources.source_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(source_id) ON TABLE public.sources TO docspasta_tend;

--
-- Name: COLUMN sources.next_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(next_at) ON TABLE public.sources TO docspasta_tend;

--
-- Name: COLUMN sources.overlap; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(overlap) ON TABLE public.sources TO docspasta_tend;

--
-- Name: TABLE webhook_endpoints; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_endpoints TO docspasta_app;

--
-- Name: COLUMN webhook_endpoints.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: COLUMN webhook_endpoints.webhook_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(webhook_id) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: COLUMN webhook_endpoints.job_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(job_id) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: COLUMN webhook_endpoints.disabled_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(disabled_at) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: COLUMN webhook_endpoints.openings; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(openings) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: COLUMN webhook_endpoints.rests_until; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(rests_until) ON TABLE public.webhook_endpoints TO docspasta_tend;

--
-- Name: TABLE sources_with_runs; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT ON TABLE public.sources_with_runs TO docspasta_app;

--
-- Name: TABLE usage_daily; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usage_daily TO docspasta_app;

--
-- Name: COLUMN usage_daily.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.usage_daily TO docspasta_tend;

--
-- Name: COLUMN usage_daily.day; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(day) ON TABLE public.usage_daily TO docspasta_tend;

--
-- Name: COLUMN usage_daily.pages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(pages) ON TABLE public.usage_daily TO docspasta_tend;

--
-- Name: COLUMN usage_daily.bytes_fetched; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(bytes_fetched) ON TABLE public.usage_daily TO docspasta_tend;

--
-- Name: TABLE webhook_deliveries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_deliveries TO docspasta_app;

--
-- Name: COLUMN webhook_deliveries.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.webhook_deliveries TO docspasta_tend;

--
-- Name: COLUMN webhook_deliveries.webhook_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(webhook_id) ON TABLE public.webhook_deliveries TO docspasta_tend;

--
-- Name: COLUMN webhook_deliveries.state; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(state) ON TABLE public.webhook_deliveries TO docspasta_tend;

--
-- Name: COLUMN webhook_deliveries.next_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(next_at) ON TABLE public.webhook_deliveries TO docspasta_tend;

--
-- Name: TABLE webhook_messages; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_messages TO docspasta_app;

--
-- Name: COLUMN webhook_messages.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.webhook_messages TO docspasta_tend;

--
-- Name: COLUMN webhook_messages.happened_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(happened_at) ON TABLE public.webhook_messages TO docspasta_tend;

--
-- Name: TABLE webhook_page_events; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_page_events TO docspasta_app;

--
-- Name: COLUMN webhook_page_events.user_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(user_id) ON TABLE public.webhook_page_events TO docspasta_tend;

--
-- Name: COLUMN webhook_page_events.job_id; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(job_id) ON TABLE public.webhook_page_events TO docspasta_tend;

--
-- Name: COLUMN webhook_page_events.happened_at; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT(happened_at) ON TABLE public.webhook_page_events TO docspasta_tend;

--
-- Name: TABLE webhook_tries; Type: ACL; Schema: public; Owner: -
--

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_tries TO docspasta_app;

--
-- PostgreSQL database dump complete
--
