-- Documents as they are kept: claimed by one assembly, written piece by piece, read by anybody of the user.

-- find_document --
-- What is kept of a form of an ended job's document. A job that was opened again has another one at its next end.
SELECT kept.renderer, kept.claim, kept.claimed_until > now() AS claimed, kept.losses, kept.pages, kept.bytes,
  kept.coded_bytes, kept.checksum, kept.finished_at IS NOT NULL AS finished
FROM job_documents AS kept JOIN crawling_jobs AS job USING (user_id, job_id)
WHERE kept.user_id = :user_id AND kept.job_id = :job_id AND kept.form = :form AND kept.version = job.state_version
  AND job.finished_at IS NOT NULL

-- document_sizes --
-- What the Markdown documents of some ended jobs come to, of those that are stored whole.
SELECT {DocumentSize} FROM job_documents
WHERE user_id = :user_id AND job_id = ANY (:job_ids::text[]) AND form = :form AND finished_at IS NOT NULL

-- has_job --
-- Whether the user has the job and it has ended.
SELECT true FROM crawling_jobs WHERE user_id = :user_id AND job_id = :job_id AND finished_at IS NOT NULL

-- claim_document --
-- Let one assembly write a document of a job that has ended, unless it is there or another one writes it.
INSERT INTO job_documents AS kept (user_id, job_id, form, version, renderer, claim, claimed_until)
SELECT :user_id, job.job_id, :form, job.state_version, :renderer, :claim, now() + make_interval(secs => :seconds)
FROM crawling_jobs AS job WHERE job.user_id = :user_id AND job.job_id = :job_id AND job.finished_at IS NOT NULL
ON CONFLICT (user_id, job_id, form) DO UPDATE SET
  version = excluded.version, renderer = excluded.renderer, claim = excluded.claim,
  claimed_until = excluded.claimed_until, pages = NULL, bytes = 0, tokens = 0, coded_bytes = 0, checksum = 0, finished_at = NULL,
  losses = CASE WHEN kept.version = excluded.version THEN kept.losses ELSE 0 END
WHERE kept.version <> excluded.version OR (kept.finished_at IS NULL AND kept.claimed_until <= now())

-- drop_pieces --
-- What an assembly before left behind.
DELETE FROM document_pieces WHERE user_id = :user_id AND job_id = :job_id AND form = :form

-- keep_claim --
-- Go on writing; no row: the claim is lost, or the job deleted or opened again.
UPDATE job_documents AS kept SET claimed_until = now() + make_interval(secs => :seconds),
  pages = :pages, bytes = :bytes, tokens = :tokens, coded_bytes = kept.coded_bytes + :more, checksum = :checksum,
  finished_at = CASE WHEN :finished THEN now() END
WHERE user_id = :user_id AND job_id = :job_id AND form = :form AND claim = :claim AND finished_at IS NULL
  AND EXISTS (SELECT FROM crawling_jobs AS job WHERE job.user_id = :user_id AND job.job_id = :job_id
    AND job.state_version = kept.version)

-- renew_claim --
-- The same while there is nothing to write yet.
UPDATE job_documents SET claimed_until = now() + make_interval(secs => :seconds)
WHERE user_id = :user_id AND job_id = :job_id AND form = :form AND claim = :claim AND finished_at IS NULL

-- give_up_claim --
-- An assembly does not go on: another one may begin after :seconds.
UPDATE job_documents SET
  claimed_until = now() + make_interval(secs => :seconds), losses = losses + :losses, pages = NULL
WHERE user_id = :user_id AND job_id = :job_id AND form = :form AND claim = :claim AND finished_at IS NULL

-- add_piece --
-- One piece of a document that this transaction keeps the claim of.
INSERT INTO document_pieces (user_id, job_id, form, seq, first_page, last_page, data)
VALUES (:user_id, :job_id, :form, :seq, :first_page, :last_page, :data)

-- read_pieces --
-- Some pieces in order, from one on.
SELECT seq, data FROM document_pieces
WHERE user_id = :user_id AND job_id = :job_id AND form = :form AND seq >= :seq ORDER BY seq LIMIT :limit

-- read_outline --
-- The pieces of an outline that have headings of some pages.
SELECT seq, data FROM document_pieces
WHERE user_id = :user_id AND job_id = :job_id AND form = 'outline' AND seq >= :seq
  AND last_page >= :first AND first_page < :end ORDER BY seq LIMIT :limit
