-- Content comes as zstd frames, which Postgres need not try to compress again.
ALTER TABLE page_content_chunks ALTER COLUMN data SET STORAGE EXTERNAL;
