-- Fragment of claim.lua: what a claim changed, written at its end.
local changes = {} -- user -> hosts that are due at another time, or no longer

-- The host is due for the user at `at`, or (nil) no longer.
local function change(user, host, at)
  local of_user = changes[user]
  if not of_user then
    of_user = {add = {}, added = 0, gone = {}}
    changes[user] = of_user
  end
  if at then
    local n = of_user.added
    of_user.add[n + 1], of_user.add[n + 2], of_user.added = at, host, n + 2
  else
    of_user.gone[#of_user.gone + 1] = host
  end
end

-- How the leased URLs are asked for that `add` was told something of: position, what it was told.
local function asked()
  local told = {}
  for _, job in pairs(jobs) do
    if job.pages then
      for i, how in ipairs(call('HMGET', job.prefix .. 'asking', unpack(job.pages))) do
        if how then told[#told + 1], told[#told + 2] = job.places[i], how end
      end
    end
  end
  return told
end

-- Writes leases, hosts' records and due times: one command for each, however many hosts.
local function commit()
  for _, job in pairs(jobs) do
    if job.count > 0 then hold_leases(job.user, job.count) end
  end
  local texts, length = {}, 0
  for host in pairs(saved) do
    texts[length + 1], texts[length + 2], length = key_of[host], paces[host], length + 2
  end
  if length > 0 then call('MSET', unpack(texts)) end
  for user, of_user in pairs(changes) do
    if of_user.added > 0 then call('ZADD', F .. 'due:' .. user, unpack(of_user.add)) end
    if #of_user.gone > 0 then call('ZREM', F .. 'due:' .. user, unpack(of_user.gone)) end
    due_user(user)
  end
end
