-- Puts leased URLs of one job back into their queues, uncharged, and frees their places at their hosts.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:host:<host>, {fNN}:held, {fNN}:due and the job's queue:<host>, again, hosts
-- ARGV[1] now_ms or ''  ARGV[2] not before so many ms from now  ARGV[3] user/job
-- ARGV[4...] page, lease, host of each
-- Returns how many were held under their lease.
local now, after, name = clock(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local prefix, user, job = keys_of(name)
local only = user .. ':' .. job
local at, news = after > 0 and now + after or 1, false
local pages = {}
for i = 4, #ARGV, 3 do pages[#pages + 1] = ARGV[i] end
local records, members, again, gone = redis.call('HMGET', KEYS[1], unpack(pages)), {}, {}, {}
for i, page in ipairs(pages) do
  local lease, host = ARGV[3 * i + 2], ARGV[3 * i + 3]
  local record = read_record(records[i])
  local key = F .. 'host:' .. host
  redis.call('HDEL', key, 'o' .. lease)
  local found = redis.call('HMGET', key, 'b', 'n', 'r')
  if found[1] and leave(host, lease, now) then news = true end
  if record and record.state == 'L' and record.lease == lease then
    record.state, record.lease = 'R', '-'
    members[#members + 1] = name .. '/' .. page
    gone[#gone + 1] = page
    again[#again + 1] = page
    again[#again + 1] = write_record(record)
    redis.call('ZADD', prefix .. 'queue:' .. host, at, '!' .. page)
    if found[3] == only then -- it has its turns
      local from = math.max(at, tonumber(found[2] or '0'))
      if redis.call('ZADD', F .. 'due:' .. user, 'LT', 'CH', from, host) == 1 then news = true end
    elseif arm(host, name, at) then news = true end
  end
end
if #gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(gone))
  redis.call('HSET', prefix .. 'again', unpack(again))
  redis.call('ZREM', KEYS[2], unpack(members))
  hold_leases(user, -#gone)
  due_user(user)
end
if news then redis.call('PUBLISH', WORK, F) end
return #gone
