-- How many bytes of a share's results wait in one shard. Reads only.
-- uses: shard.lua
-- KEYS[1] {fNN}:pages:bytes  hash  user/job -> bytes waiting
-- ARGV[1] the share: a user, or the anonymous users of an address
local bytes_of, waiting = call('HGETALL', KEYS[1]), 0
for i = 1, #bytes_of, 2 do
  if share_of(string.match(bytes_of[i], '^[^/]*')) == ARGV[1] then waiting = waiting + bytes_of[i + 1] end
end
return waiting
