-- The end of a job writes every row of it anew, and each index that a row stands in is written too: that was two
-- thirds of the cost. Two indexes go, two others leave room for what comes. Statements of the version before stay
-- right without them; until the rollout is over they read and sort more rows.

-- A page that is not queued has a version: what has ended is found by crawled_pages_watched, what has not by
-- crawled_pages_queued, and no statement asks for both at once.
DROP INDEX crawled_pages_of_job;
-- Read once a document and sorted then: 50,000 pages in 0.05 s. Writing it took each end of a job twice as long.
DROP INDEX crawled_pages_placed;

-- Pages come in the order of the key. A half-empty leaf has room for each row's next version; a full one was
-- searched for dead versions in vain, and split. Versions of one row are no duplicates worth folding.
ALTER INDEX crawled_pages_pkey SET (fillfactor = 45, deduplicate_items = off);
ALTER INDEX crawled_pages_user_id_url_key_job_id_key SET (deduplicate_items = off);
