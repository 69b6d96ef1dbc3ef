-- The request of a start token ended: its place at the host is free.
-- uses: host.lua
-- KEYS[1] {fNN}:pace:<host>  string, see host_record.lua
-- ARGV[1] now_ms or ''  ARGV[2] token  ARGV[3] host
if leave(ARGV[3], ARGV[2], clock(ARGV[1])) then redis.call('PUBLISH', WORK, F) end
return 1
