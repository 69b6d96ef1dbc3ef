-- Puts leased URLs of one job back into their queues, uncharged, and frees their places at their hosts.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due and the job's queue:<host>, again
-- ARGV[1] now_ms or ''  ARGV[2] not before so many ms from now  ARGV[3] user/job
-- ARGV[4...] page, lease, host of each
-- Returns how many were held under their lease.
local now, after, name = clock(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local prefix, user, job = keys_of(name)
local rest = #' 1700000000000 ;' + #name -- of an open request behind its token
local turns, queue_of, pace_of = '|' .. user .. ':' .. job .. '|', prefix .. 'queue:', F .. 'pace:'
local at, news = after > 0 and now + after or 1, false
local pages, keys = {}, {}
for i = 1, (#ARGV - 3) / 3 do
  pages[i], keys[i] = ARGV[3 * i + 1], pace_of .. ARGV[3 * i + 3]
end
local records, hosts = call('HMGET', KEYS[1], unpack(pages)), call('MGET', unpack(keys))

local seen, saved, dues, written, freed, length = {}, {}, {}, 0, {}, #turns
local function write_saved()
  if written == 0 then return end
  call('MSET', unpack(saved))
  if call('ZADD', F .. 'due:' .. user, 'LT', 'CH', unpack(dues)) > 0 then news = true end
  saved, dues, written = {}, {}, 0
end

-- The usual host has the job's turns and no wishes. Any other, and one that comes twice, is looked at alone.
local function free_place(i, host, lease, held)
  local text = hosts[i]
  if not (text and held) or seen[host] or string.byte(text, -1) ~= 124 or find(text, turns, 14, true) ~= 14 then
    write_saved()
    if leave(host, lease, now) then news = true end
    if held and arm(host, name, at) then news = true end
    return
  end
  local time, left = sub(text, 1, 13), nil
  local from = 14 + length
  if find(text, lease, from, true) == from and #text == from + #lease + rest then -- it is all that is open
    left = freed[time] or time .. turns .. '|'
    freed[time] = left
  else left = without_request(text, lease) end
  saved[written + 1], saved[written + 2] = keys[i], left
  dues[written + 1], dues[written + 2] = after > 0 and math.max(at, tonumber(time)) or time, host
  written, seen[host] = written + 2, true
end

local members, again, gone, count, member = {}, {}, {}, 0, name .. '/'
for i = 1, #pages do
  local page, lease, host, text = pages[i], ARGV[3 * i + 2], ARGV[3 * i + 3], records[i]
  local untried = 'L ' .. lease .. ' 0 0 0 ' .. host .. ' '
  local held = true
  if text and find(text, untried, 1, true) == 1 then -- as it was before anybody took it: needs no record
    call('ZADD', queue_of .. host, at, sub(text, #untried + 1))
  else
    local record = read_record(text)
    held = record and record.state == 'L' and record.lease == lease
    if held then
      record.state, record.lease = 'R', '-'
      again[#again + 1] = page
      again[#again + 1] = write_record(record)
      call('ZADD', queue_of .. host, at, '!' .. page)
    end
  end
  if held then
    count = count + 1
    members[count], gone[count] = member .. page, page
  end
  free_place(i, host, lease, held)
end
write_saved()
if count > 0 then
  call('HDEL', KEYS[1], unpack(gone))
  if #again > 0 then call('HSET', prefix .. 'again', unpack(again)) end
  call('ZREM', KEYS[2], unpack(members))
  hold_leases(user, -count)
  due_user(user)
end
if news then call('PUBLISH', WORK, F) end
return count
