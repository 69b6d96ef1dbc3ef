-- A request to a resolved address ended.
-- uses: shard.lua
-- KEYS[1] {fNN}:address:<address>  hash  token -> expiry, ms; b: somebody waits
-- ARGV[1] token
redis.call('HDEL', KEYS[1], ARGV[1])
if redis.call('HDEL', KEYS[1], 'b') == 1 then redis.call('PUBLISH', WORK, F) end
return 1
