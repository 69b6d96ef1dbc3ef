-- Ends a crawler's leases on URLs of one job and puts its results into the pages queue, where they wait
-- without a timer.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due, {fNN}:pages, {fNN}:pages:bytes and the job's bodies, waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job
-- ARGV[3...] page, lease, host, the result (packed), '1' if the host answered well, of each
-- Returns ms until the first host that was full is due, or -1; then the positions (from 0) of those whose
-- lease was lost: their results are dropped.
local now, name = clock(ARGV[1]), ARGV[2]
local prefix, user = keys_of(name)
local pages, full_until, reply = {}, nil, {-1}
for i = 3, #ARGV, 5 do
  pages[#pages + 1] = ARGV[i]
  local at = leave(ARGV[i + 2], ARGV[i + 1], now, ARGV[i + 4] == '1' and 0.8 or nil)
  if at and (not full_until or at < full_until) then full_until = at end
end
if full_until then reply[1] = full_until - now end

local records, members, bodies, taken, waiting, bytes = call('HMGET', KEYS[1], unpack(pages)), {}, {}, {}, {}, 0
for i = 1, #pages do
  local page, body, record = pages[i], ARGV[5 * i + 1], records[i]
  local held = 'L ' .. ARGV[5 * i - 1] .. ' '
  if record and sub(record, 1, #held) == held then
    local attempts, rest = string.match(record, '^(%d+) %d+ %d+ (.*)$', #held + 1)
    members[#members + 1] = name .. '/' .. page
    taken[#taken + 1] = page
    taken[#taken + 1] = 'W - ' .. attempts .. ' 0 ' .. #body + 256 .. ' ' .. rest
    bodies[#bodies + 1] = page
    bodies[#bodies + 1] = body
    waiting[#waiting + 1] = now
    waiting[#waiting + 1] = page
    bytes = bytes + #body + 256
  else reply[#reply + 1] = i - 1 end
end
if #members == 0 then return reply end
call('ZREM', KEYS[2], unpack(members))
hold_leases(user, -#members)
call('HSET', prefix .. 'bodies', unpack(bodies))
call('HSET', KEYS[1], unpack(taken))
call('HINCRBY', F .. 'pages:bytes', name, bytes)
wait_pages(name, waiting, now)
return reply
