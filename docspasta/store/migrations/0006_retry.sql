-- A page remembers where it was found: people who look at a broken one ask what links to it.
ALTER TABLE crawled_pages ADD COLUMN found_on bigint; -- page_id of the row; NULL for a start page

-- An ended job can be opened again, to try once more what failed: its failed rows are queued, and its next version
-- is the first of the new run. Nothing else may follow an end. The version before reads such a job as it reads any
-- running one.

ALTER TABLE crawling_jobs ADD COLUMN retries integer DEFAULT 0 NOT NULL CHECK (retries >= 0); -- how often it was

CREATE OR REPLACE FUNCTION keep_job_rules() RETURNS trigger LANGUAGE plpgsql AS $$
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

-- A result is written once, but for a failure that is tried again: only the transaction that says so may take it
-- back.
DROP TRIGGER refuse_page_step ON crawled_pages;
CREATE TRIGGER refuse_page_step BEFORE UPDATE ON crawled_pages FOR EACH ROW WHEN (
  OLD.state <> 'queued' AND OLD.kind <> 'refused'
  AND (NEW.state <> OLD.state OR NEW.reason <> OLD.reason OR NEW.result_id IS DISTINCT FROM OLD.result_id)
  AND NOT (OLD.state = 'processed' AND NEW.state = 'skipped' AND NEW.reason = 'not_found'
    AND NEW.result_id IS NOT DISTINCT FROM OLD.result_id)
  AND NOT (OLD.state IN ('failed', 'skipped') AND NEW.state = 'queued'
    AND current_setting('docspasta.retrying', true) = 'on'))
EXECUTE FUNCTION refuse_page_step();
