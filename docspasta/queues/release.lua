-- Ends leases on URLs of one job, uncharged: they may be taken again. Frees their slots at their hosts.
-- uses: host.lua
-- KEYS[1] {fNN}:held  hash  user -> leases
-- also {fNN}:pace:<host>, {fNN}:due and the job's queue:<host>
-- ARGV[1] now_ms or ''  ARGV[2] not before so many ms from now  ARGV[3] user/job
-- ARGV[4...] lease, host, entry ('' unless they must wait) of each
-- Returns how many were held under their lease.
local now, after, name = clock(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local prefix, user, job = keys_of(name)
local turns, pace_of = turns_of_one(user, job), F .. 'pace:'
local at, count, news = now + after, 0, false
local keys = {}
for i = 1, (#ARGV - 3) / 3 do keys[i] = pace_of .. ARGV[3 * i + 2] end
local paces = call('MGET', unpack(keys))

local saved, dues, written = {}, {}, 0
local function write_saved()
  if written == 0 then return end
  call('MSET', unpack(saved))
  if call('ZADD', F .. 'due:' .. user, 'LT', 'CH', unpack(dues)) > 0 then news = true end
  saved, dues, written = {}, {}, 0
end

for i = 1, #keys do
  local lease, host, text = ARGV[3 * i + 1], ARGV[3 * i + 2], paces[i]
  local idle, time, held
  if text then idle, time = without_only_request(text, turns, lease, name) end
  if idle then
    saved[written + 1], saved[written + 2] = keys[i], idle
    dues[written + 1], dues[written + 2] = after > 0 and math.max(at, time) or time, host
    written, held = written + 2, true
  else -- any other host is looked at alone
    write_saved()
    local freed, what = leave(host, lease, now)
    held = what and job_of_lease(what) == name
    if freed then news = true end
    if held and arm(host, name, at) then news = true end
  end
  if held then
    count = count + 1
    if after > 0 then call('ZADD', prefix .. 'queue:' .. host, 'XX', at, ARGV[3 * i + 3]) end
  end
end
write_saved()
if count > 0 then
  hold_leases(user, -count)
  due_user(user)
end
if news then call('PUBLISH', WORK, F) end
return count
