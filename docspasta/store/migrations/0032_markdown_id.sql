-- What a run says of a page is another thing when its links or pictures lead elsewhere, though its text is the same.

ALTER TABLE crawled_pages ADD COLUMN markdown_id uuid; -- names Markdown and the anchors of its headings; NULL: not known

-- As before, but a page whose Markdown is another one is changed, whatever its text. A page that moved is known by its text.
CREATE OR REPLACE FUNCTION page_changes(owner text, from_job text, to_job text)
RETURNS TABLE (kind text, url text, title text, old_url text, page_id bigint, old_page_id bigint, content_hash text,
  reason text, stale_since timestamptz) LANGUAGE sql STABLE AS $$
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
