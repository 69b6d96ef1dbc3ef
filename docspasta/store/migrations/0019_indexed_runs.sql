-- Maintenance sees which jobs have a search index, and no more of it: it has runs of sources indexed.
CREATE POLICY found_indexes ON search_indexes FOR SELECT TO docspasta_tend USING (true);
GRANT SELECT (user_id, job_id, format, created_at, finished_at) ON search_indexes TO docspasta_tend;
