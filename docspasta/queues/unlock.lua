-- Gives a lock up, if it is still one's own.
-- KEYS[1] {fNN}:robots-lock:<origin>  string  token
-- ARGV[1] token
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
