-- Fragment: hosts and when they are due.
-- uses: host_record.lua
--
-- Due times are lower bounds: a start moves one host of one user, and a claim that looks too early moves on. An open
-- request for 'user/job/page' is the lease of that URL, and there is no other mark of it: a leased URL stays in its queue,
-- and leaves it when its result is completed.

-- Whether the user's host is due earlier than it was.
local function due(user, host, at)
  if call('ZADD', F .. 'due:' .. user, 'LT', 'CH', at, host) == 0 then return false end
  call('ZADD', F .. 'due', 'LT', at, user)
  return true
end

-- Sets a user's due time to that of the first of its hosts. With none, nothing of it is leased: a leased URL's
-- host is due when the lease runs out. Only requests of a paused job may be open still.
local function due_user(user)
  local first = call('ZRANGE', F .. 'due:' .. user, 0, 0, 'WITHSCORES')
  if first[2] then call('ZADD', F .. 'due', first[2], user)
  else
    call('ZREM', F .. 'due', user)
    clear_leases(user)
  end
end

-- The job has something to fetch from the host at `at`: it gets turns there. Whether that is news.
local function arm(host_name, name, at)
  local _, user, job = keys_of(name)
  local key, turns = F .. 'pace:' .. host_name, turns_of_one(user, job)
  local text = call('GET', key)
  if text and has_only_turns(text, turns) then
    return due(user, host_name, math.max(at, next_start(text)))
  end
  local host = read_host(text)
  local all = read_turns(host.turns)
  if join_turns(all, user, job) then
    host.turns = write_turns(all)
    call('SET', key, write_host(host))
  end
  return due(user, host_name, math.max(at, host.next))
end

-- Nobody could start at the host for want of a slot; now there is one. When somebody can start, ms. The
-- caller can claim at once and need not be rung; those who wait for a start token are.
local function free_slot(host_name, host, now)
  local at, waited_for = math.max(now, host.next), host.parked
  host.parked = nil
  for _, turn in ipairs(read_turns(host.turns)) do due(turn.user, host_name, at) end
  if waited_for == '2' then call('PUBLISH', WORK, F) end
  return at
end

-- A request to the host ended: its slot is free. `by` multiplies the factor of the host's delay, or is nil.
-- If nobody could start there for want of a slot: when somebody can (ms), else nil. And what it was for, or nil.
local function leave(host_name, token, now, by)
  local key = F .. 'pace:' .. host_name
  local text = call('GET', key)
  if not text and not (by and by > 1) then return nil, nil end
  local left, what
  if text then left, what = without_request(text, token) end
  if left and has_no_wishes(left) and not (by and by > 1) then -- nobody waits
    if what then call('SET', key, left, 'KEEPTTL') end
    return nil, what
  end
  local host, at = read_host(left), nil
  if by then change_factor(host, by) end
  if host.parked then at = free_slot(host_name, host, now) end
  save_host(key, host, now)
  return at, what
end

-- A request ran out: the holder of the URL that it was for vanished, and the URL is charged with a loss.
local function lapse(what)
  local name, page = job_of_lease(what)
  if not page then return end
  local prefix, user = keys_of(name)
  hold_leases(user, -1)
  if not is_alive(prefix) then return end
  local attempts, losses = read_tries(call('HGET', prefix .. 'tries', page))
  call('HSET', prefix .. 'tries', page, attempts .. ' ' .. losses + 1)
end
