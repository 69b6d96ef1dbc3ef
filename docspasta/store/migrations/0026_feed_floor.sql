-- A source's feed forgets pages that have been gone for long: up to which number.
ALTER TABLE sources ADD COLUMN feed_floor bigint NOT NULL DEFAULT 0 CHECK (feed_floor >= 0);
