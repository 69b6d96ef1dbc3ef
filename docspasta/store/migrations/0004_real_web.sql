-- What the web answers in a page's place has reasons of its own; a site's answer for an address that cannot exist
-- is asked for once (kind `probe`); a link to a print page, an index or a search page is remembered, not fetched.

ALTER TABLE crawled_pages
  DROP CONSTRAINT crawled_pages_kind_check,
  DROP CONSTRAINT crawled_pages_reason_check,
  DROP CONSTRAINT crawled_pages_refused_by_check,
  ADD CONSTRAINT crawled_pages_kind_check
    CHECK (kind IN ('page', 'robots', 'sitemap', 'llms', 'probe', 'refused')) NOT VALID,
  ADD CONSTRAINT crawled_pages_reason_check CHECK (reason IN (
    '', 'robots', 'out_of_scope', 'duplicate', 'redirected', 'not_html', 'too_large', 'needs_javascript', 'empty',
    'http_status', 'dns', 'tls', 'timeout', 'connection', 'forbidden_address', 'parse_limit', 'worker_lost',
    'cancelled', 'deadline', 'redirect_limit', 'bad_response', 'robots_unreachable', 'noindex', 'bytes_limit',
    'bad_url', 'internal', 'dead_link', 'not_found', 'challenge', 'sign_in', 'consent', 'maintenance',
    'rate_limited', 'left_out', 'other_host')) NOT VALID,
  ADD CONSTRAINT crawled_pages_refused_by_check
    CHECK (refused_by IN ('', 'pages', 'depth', 'user_pages', 'noise')) NOT VALID;

-- A result is written once. But that a page is the site's answer for missing addresses is known only when both
-- are: so the end of a job, and nothing else, may take such a page back.
DROP TRIGGER refuse_page_step ON crawled_pages;
CREATE TRIGGER refuse_page_step BEFORE UPDATE ON crawled_pages FOR EACH ROW WHEN (
  OLD.state <> 'queued' AND OLD.kind <> 'refused'
  AND (NEW.state <> OLD.state OR NEW.reason <> OLD.reason OR NEW.result_id IS DISTINCT FROM OLD.result_id)
  AND NOT (OLD.state = 'processed' AND NEW.state = 'skipped' AND NEW.reason = 'not_found'
    AND NEW.result_id IS NOT DISTINCT FROM OLD.result_id))
EXECUTE FUNCTION refuse_page_step();
