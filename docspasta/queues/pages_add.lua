-- Puts pages that were pushed, not fetched, into the pages queue, where they wait without a timer. A page that is
-- known stays as it is.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- also {fNN}:pages, {fNN}:pages:bytes and the job's state (read only), bodies, waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job
-- ARGV[3...] host, entry '<page> <rest>', the result (packed), of each
-- Returns how many are new, or -1 when the job is not open (or paused) here.
local now, name = clock(ARGV[1]), ARGV[2]
local prefix = keys_of(name)
if not is_alive(prefix) then return -1 end
local added = 0
for i = 3, #ARGV, 3 do
  local page = string.match(ARGV[i + 1], '^%d+')
  if call('HEXISTS', KEYS[1], page) == 0 then
    put_page(name, page, ARGV[i], ARGV[i + 1], ARGV[i + 2], now)
    added = added + 1
  end
end
return added
