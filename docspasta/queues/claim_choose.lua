-- Fragment of claim.lua: which host is served next. A user of the share with the fewest leases comes first.

-- Users with something due, those of the share with the fewest leases first; and the leases of their shares.
local users, leases, by_name = {}, {}, {}
local function before(a, b) return a.held < b.held or a.held == b.held and a.own < b.own end
local names = call('ZRANGEBYSCORE', KEYS[1], '-inf', horizon, 'LIMIT', 0, 64)
if #names > 0 then
  local fields = {}
  for i, name in ipairs(names) do fields[i], fields[#names + i] = name, share_of(name) end
  local counts = call('HMGET', KEYS[2], unpack(fields))
  for i, name in ipairs(names) do
    local share, own, held = fields[#names + i], tonumber(counts[i] or '0'), tonumber(counts[#names + i] or '0')
    leases[share] = held
    if not full_shares[share] then
      by_name[name] = {name = name, share = share, held = held, own = own, hosts = {}, at = 0, from = 0, more = {}}
      users[#users + 1] = by_name[name]
    end
  end
  table.sort(users, before)
end

-- Reads the records of hosts that this claim has not seen yet.
local function read_paces(hosts)
  local keys, names = {}, {}
  for _, host in ipairs(hosts) do
    if not key_of[host] then
      local key = F .. 'pace:' .. host
      key_of[host] = key
      keys[#keys + 1], names[#names + 1] = key, host
    end
  end
  if #keys == 0 then return end
  for i, text in ipairs(call('MGET', unpack(keys))) do paces[names[i]] = text end
end

-- The user's next due host. Changes are written at the end, so positions stand still. When all had their turn,
-- those that may start again come again.
local function next_host(user)
  user.at = user.at + 1
  if user.hosts[user.at] then return user.hosts[user.at] end
  user.hosts, user.at = {}, 1
  if user.from then
    local part = math.max(2, math.ceil((want - count) / #users))
    user.hosts = call('ZRANGEBYSCORE', F .. 'due:' .. user.name, '-inf', horizon, 'LIMIT', user.from, part)
    user.from = #user.hosts == part and user.from + part or nil
    read_paces(user.hosts)
  end
  if not user.hosts[1] then user.hosts, user.more = user.more, {} end
  return user.hosts[1]
end

local function sink(list) -- the first user's share holds more than it did: the user goes back to its place
  local i, user = 1, list[1]
  user.held = leases[user.share]
  while list[i + 1] and not before(user, list[i + 1]) do
    list[i], list[i + 1] = list[i + 1], list[i]
    i = i + 1
  end
end

-- Serves hosts until enough URLs are leased, or nobody has one.
local function choose()
  local looks = 2 * want + 64
  while count < want and #users > 0 and looks > 0 do
    local user = users[1]
    if user.held < leases[user.share] then
      sink(users) -- another user of its share was served meanwhile
    else
      looks = looks - 1
      local host = next_host(user)
      if host then
        local served, after = serve(host, user.name)
        if served then
          if after <= horizon then user.more[#user.more + 1] = host end
          local charged = by_name[served]
          if charged then
            charged.own = charged.own + 1
            leases[charged.share] = leases[charged.share] + 1
          end
        end
      else
        table.remove(users, 1)
        changes[user.name] = changes[user.name] or {add = {}, added = 0, gone = {}}
      end
    end
  end
end
