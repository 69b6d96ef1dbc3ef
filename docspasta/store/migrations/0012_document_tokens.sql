-- What a stored document comes to for a language model, an estimate; 0 for one that was stored before it was counted.
ALTER TABLE job_documents ADD COLUMN tokens bigint NOT NULL DEFAULT 0 CHECK (tokens >= 0);
