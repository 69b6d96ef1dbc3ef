-- What crawls of an address remember, when it is no source.

-- remember_address --
-- The row that names it. It is locked until the transaction's end, so that nobody takes it away meanwhile.
INSERT INTO sources (user_id, source_id, name, settings, keep, of_address)
VALUES (:user_id, :address_id, :name, '{}', 1, true)
ON CONFLICT (user_id, source_id) DO UPDATE SET of_address = true

-- base_of_address --
-- The newest completed job that remembered its pages there.
SELECT job_id FROM crawling_jobs WHERE user_id = :user_id AND address_id = :address_id AND state = 'completed'
ORDER BY created_at DESC, job_id DESC LIMIT 1

-- forget_address --
-- Take it away when no job names it any more, and with it what was remembered.
DELETE FROM sources WHERE user_id = :user_id AND source_id = :address_id AND of_address
  AND NOT EXISTS (SELECT FROM crawling_jobs AS job WHERE job.user_id = :user_id AND job.address_id = :address_id)
