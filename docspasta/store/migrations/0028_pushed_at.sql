-- When a pushed page was fetched, as its sender says.

ALTER TABLE pushed_pages ADD COLUMN fetched_at timestamptz;
