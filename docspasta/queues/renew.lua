-- Renews crawlers' leases on URLs of one job.
-- uses: host.lua
-- KEYS[1] {fNN}:held  hash  user -> leases
-- also {fNN}:pace:<host> and the job's state
-- ARGV[1] now_ms or ''  ARGV[2] lease, ms  ARGV[3] user/job  ARGV[4...] lease, host of each
-- Returns the positions (from 0) of those that are lost.
local now, name = clock(ARGV[1]), ARGV[3]
local expiry, alive, lost = now + tonumber(ARGV[2]), is_alive(keys_of(name)), {}

-- Whether the host knows the lease still.
local function renew(token, host_name)
  local key = F .. 'pace:' .. host_name
  local text, what = without_request(call('GET', key) or '', token)
  if not what or job_of_lease(what) ~= name then return false end
  local host = read_host(text)
  reopen_request(host, token, expiry, what)
  save_host(key, host, now)
  return true
end

for i = 4, #ARGV, 2 do
  if not alive or not renew(ARGV[i], ARGV[i + 1]) then lost[#lost + 1] = (i - 4) / 2 end
end
return lost
