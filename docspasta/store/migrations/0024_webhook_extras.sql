-- What a webhook's user adds to its messages, and whether its job is of single pages, which Firecrawl's words name.

ALTER TABLE webhook_endpoints
  ADD COLUMN of_batch boolean NOT NULL DEFAULT false,
  ADD COLUMN metadata jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(metadata) = 'object'),
  ADD COLUMN header_names text[] NOT NULL DEFAULT '{}',
  ADD COLUMN sealed_headers bytea NOT NULL DEFAULT '', -- '': none
  ADD CONSTRAINT headers_are_sealed CHECK ((cardinality(header_names) = 0) = (sealed_headers = ''));
