-- The content of a page as cleaned HTML, where a job keeps it.

ALTER TABLE page_content_chunks DROP CONSTRAINT page_content_chunks_kind_check;
ALTER TABLE page_content_chunks ADD CONSTRAINT page_content_chunks_kind_check
  CHECK (kind IN ('markdown', 'html', 'raw', 'facts', 'navigation')) NOT VALID;
