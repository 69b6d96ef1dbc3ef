-- Fragment: the shard's keys, its clock, its jobs and its pages queue. It knows no host's record.
-- A script that says `-- uses: shard.lua` is put behind it. KEYS[1] of the script names the shard.
local F = string.match(KEYS[1], '{f%d+}:')
local WORK, PAGES = 'docspasta:work', 'docspasta:pages'
local call, sub, find = redis.call, string.sub, string.find

local function clock(text)
  if text ~= '' then return tonumber(text) end
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function keys_of(name)
  local user, job = string.match(name, '^([^/]+)/(.+)$')
  return 'user:' .. user .. ':job:' .. job .. ':' .. F, user, job
end

-- Until when nothing may start in this shard: its paces were lost with the Redis before. nil: no shard yet.
-- `seen` is the shard's identity that the caller knew; another one means that Redis was emptied since.
local function held_until(seen, pause)
  local marker = call('GET', F .. 'installed')
  if not marker then return nil, '' end
  local id, made, hold = string.match(marker, '^(%S+) (%S+) (%S+)$')
  if seen ~= '' and seen ~= id and tonumber(hold) < made + pause then
    hold = made + pause
    call('SET', F .. 'installed', id .. ' ' .. made .. ' ' .. hold)
  end
  return tonumber(hold), id
end

-- A record of `taken`: '<state> <lease> <losses> <bytes> <host> <entry>'.
-- States: W fetched and waiting, P leased by a processor.
local function read_record(text)
  if not text then return nil end
  local state, lease, losses, bytes, host, entry = string.match(text, '^(%a) (%S+) (%d+) (%d+) (%S+) (.*)$')
  return {state = state, lease = lease, losses = tonumber(losses), bytes = tonumber(bytes), host = host,
          entry = entry}
end

local function write_record(r)
  return table.concat({r.state, r.lease, r.losses, r.bytes, r.host, r.entry}, ' ')
end

-- What a record of `tries` says, '<attempts> <losses>'; most URLs have none.
local function read_tries(text)
  local attempts, losses = string.match(text or '0 0', '^(%d+) (%d+)$')
  return tonumber(attempts), tonumber(losses)
end

-- Whether the job is open or paused here.
local function is_alive(prefix)
  local state = call('HGET', prefix .. 'state', 's')
  return state == 'open' or state == 'paused'
end

-- Whose share a user's leases count against: anonymous users of one address have one, which their names carry.
local function share_of(user) return string.match(user, '^(anon%-%x+)%-%x+$') or user end

-- So many leases more (or fewer) for the user, and for the share: the share with the fewest is served first.
local function hold_leases(user, change)
  local share, after = share_of(user), call('HINCRBY', F .. 'held', user, change)
  if after <= 0 then call('HDEL', F .. 'held', user) end
  if share == user then return end
  change = change - math.min(after, 0)
  if call('HINCRBY', F .. 'held', share, change) <= 0 then call('HDEL', F .. 'held', share) end
end

-- The user has no leases.
local function clear_leases(user)
  local held = tonumber(call('HGET', F .. 'held', user) or '0')
  if held > 0 then hold_leases(user, -held) end
end

-- Pages of a job wait for a processor, `pages` as scores and members: the job and its user get turns there.
-- Rings when nothing of the job was waiting: a processor that was rung goes on until it finds nothing.
local function wait_pages(name, pages, now)
  local prefix, user, job = keys_of(name)
  call('ZADD', prefix .. 'waiting', 'NX', unpack(pages))
  if call('ZADD', F .. 'pages:' .. user, 'NX', now, job) == 0 then return end
  call('ZADD', F .. 'pages', 'NX', now, user)
  call('PUBLISH', PAGES, F)
end

-- The URL leaves its queue for good; false when it is not there.
local function unqueue(prefix, host, page, entry)
  call('HDEL', prefix .. 'tries', page)
  return call('ZREM', prefix .. 'queue:' .. host, entry) == 1
end

-- A result goes into the pages queue; its bytes bound what waits.
local function put_page(name, page, host, entry, body, now)
  local prefix, bytes = keys_of(name), #body + 256
  call('HSET', prefix .. 'bodies', page, body)
  call('HSET', prefix .. 'taken', page, 'W - 0 ' .. bytes .. ' ' .. host .. ' ' .. entry)
  call('HINCRBY', F .. 'pages:bytes', name, bytes)
  wait_pages(name, {now, page}, now)
end
