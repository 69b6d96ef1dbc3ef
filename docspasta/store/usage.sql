-- What a user used of a day's allowance. Days are UTC.

-- count_job --
-- One more job today.
INSERT INTO usage_daily (user_id, day, jobs) VALUES (:user_id, (now() AT TIME ZONE 'UTC')::date, 1)
ON CONFLICT (user_id, day) DO UPDATE SET jobs = usage_daily.jobs + 1

-- today --
-- Pages recorded and bytes fetched today, and the seconds until the day ends.
SELECT coalesce(sum(pages), 0)::bigint AS pages, coalesce(sum(bytes_fetched), 0)::bigint AS bytes_fetched,
  extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 day' - now() AT TIME ZONE 'UTC')
    ::double precision AS seconds_left
FROM usage_daily WHERE user_id = :user_id AND day = (now() AT TIME ZONE 'UTC')::date
