-- Ends a crawler's leases on URLs of one job and puts its results into the pages queue, where they wait
-- without a timer.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- also {fNN}:pace:<host>, {fNN}:held, {fNN}:due, {fNN}:pages, {fNN}:pages:bytes and the job's state, queue:<host>,
-- tries, bodies, waiting
-- ARGV[1] now_ms or ''  ARGV[2] user/job
-- ARGV[3...] lease, host, entry '<page> <rest>', the result (packed), '1' if the host answered well, of each
-- Returns ms until the first host that was full is due, or -1; then the positions (from 0) of those whose
-- lease was lost: their results are dropped.
local now, name = clock(ARGV[1]), ARGV[2]
local prefix, user = keys_of(name)
local alive = is_alive(prefix)
local full_until, reply, held, bytes = nil, {-1}, 0, 0
local bodies, taken, waiting = {}, {}, {}
for i = 3, #ARGV, 5 do
  local lease, host, entry, body = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local at, what = leave(host, lease, now, ARGV[i + 4] == '1' and 0.8 or nil)
  if at and (not full_until or at < full_until) then full_until = at end
  local of, page = job_of_lease(what or '-')
  if of == name then held = held + 1 end
  local mine = alive and of == name and page == string.match(entry, '^%d+')
  if mine and unqueue(prefix, host, page, entry) then
    local size, n = #body + 256, #taken
    taken[n + 1] = page
    taken[n + 2] = 'W - 0 ' .. size .. ' ' .. host .. ' ' .. entry
    bodies[n + 1], bodies[n + 2] = page, body
    waiting[n + 1], waiting[n + 2] = now, page
    bytes = bytes + size
  else reply[#reply + 1] = (i - 3) / 5 end
end
if full_until then reply[1] = full_until - now end
if held > 0 then hold_leases(user, -held) end
if #taken == 0 then return reply end
call('HSET', prefix .. 'bodies', unpack(bodies))
call('HSET', KEYS[1], unpack(taken))
call('HINCRBY', F .. 'pages:bytes', name, bytes)
wait_pages(name, waiting, now)
return reply
