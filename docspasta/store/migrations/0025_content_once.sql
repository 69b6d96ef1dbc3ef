-- Content is stored once for each user: chunks under the job '' are shown by every job whose pages refer to them. Those
-- that a job has alone (navigations, and all from before) keep its id, and go with it: maintenance takes them away.
ALTER TABLE page_content_chunks DROP CONSTRAINT page_content_chunks_user_id_job_id_fkey;
