-- The anonymous users of one address have a share of a day together: who counts them sees who used how much, and when.

CREATE POLICY counted_usage ON usage_daily FOR SELECT TO docspasta_tend USING (true);
GRANT SELECT (user_id, day, pages, bytes_fetched) ON usage_daily TO docspasta_tend;
CREATE INDEX usage_daily_of_day ON usage_daily (day, user_id);
