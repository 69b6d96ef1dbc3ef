-- Repairs a part of what a lost key broke of a job in one shard; called until both cursors are '0'.
-- Hosts with something queued get their turns; what is fetched without its result is forgotten; what waits in
-- no line waits again.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:state   hash  s, delay, open, crawl, trace
-- KEYS[2] user:<u>:job:<j>:{fNN}:hosts   set   host
-- KEYS[3] user:<u>:job:<j>:{fNN}:taken   hash  page -> record
-- also queue:<host>, waiting, bodies of the job and the shard's pace:<host>, due, pages, pages:bytes
-- ARGV[1] now_ms or ''  ARGV[2] user/job  ARGV[3] cursor of hosts, '' when done
-- ARGV[4] cursor of taken, '' when done
-- Returns the next two cursors, '' when done.
local now, name = clock(ARGV[1]), ARGV[2]
local prefix, user = keys_of(name)
local open = redis.call('HGET', KEYS[1], 's') == 'open'

local function part(command, key, cursor, act)
  if cursor == '' then return '' end
  local page = redis.call(command, key, cursor, 'COUNT', 500)
  act(page[2])
  return page[1] == '0' and '' or page[1]
end

local news = false
local hosts = part('SSCAN', KEYS[2], ARGV[3], function(found)
  for _, host in ipairs(found) do
    local first = redis.call('ZRANGE', prefix .. 'queue:' .. host, 0, 0, 'WITHSCORES')
    if first[2] and open and arm(host, name, tonumber(first[2])) then news = true end
  end
end)
local bytes = 0
local taken = part('HSCAN', KEYS[3], ARGV[4], function(found)
  for i = 1, #found, 2 do
    local page, record = found[i], read_record(found[i + 1])
    local member = name .. '/' .. page
    if redis.call('HEXISTS', prefix .. 'bodies', page) == 0 then
      redis.call('HDEL', KEYS[3], page)
      redis.call('ZREM', prefix .. 'waiting', page)
      redis.call('ZREM', F .. 'pages:leases', member)
    else
      bytes = bytes + record.bytes
      local leased = record.state == 'P' and redis.call('ZSCORE', F .. 'pages:leases', member)
      if not leased and not redis.call('ZSCORE', prefix .. 'waiting', page) then
        record.state, record.lease = 'W', '-'
        redis.call('HSET', KEYS[3], page, write_record(record))
        wait_pages(name, {now, page}, now)
      end
    end
  end
end)
if ARGV[4] == '0' and taken == '' then -- seen whole: count again what waits
  if bytes > 0 then redis.call('HSET', F .. 'pages:bytes', name, bytes)
  else redis.call('HDEL', F .. 'pages:bytes', name) end
  if redis.call('EXISTS', KEYS[3]) == 0 then redis.call('UNLINK', prefix .. 'bodies') end
end
local first = redis.call('ZRANGE', prefix .. 'waiting', 0, 0)[1]
if first then
  wait_pages(name, {now, first}, now)
  redis.call('ZADD', F .. 'pages', 'NX', now, user)
end
due_user(user)
if news then redis.call('PUBLISH', WORK, F) end
return {hosts, taken}
