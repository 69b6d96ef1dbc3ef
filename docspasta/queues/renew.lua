-- Renews crawlers' leases on URLs of one job.
-- uses: host.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- KEYS[2] {fNN}:leases                  zset  user/job/page -> expiry, ms
-- also {fNN}:pace:<host>
-- ARGV[1] now_ms or ''  ARGV[2] lease, ms  ARGV[3] user/job  ARGV[4...] page, lease of each
-- Returns the positions (from 0) of those that are lost.
local now, name = clock(ARGV[1]), ARGV[3]
local expiry = now + tonumber(ARGV[2])
local lost, leases, pages = {}, {}, {}
for i = 4, #ARGV, 2 do pages[#pages + 1] = ARGV[i] end
local records = call('HMGET', KEYS[1], unpack(pages))
local function renew_request(host_name, lease)
  local key = F .. 'pace:' .. host_name
  local text = call('GET', key)
  local host = read_host(text and without_request(text, lease))
  host.open = host.open .. string.format('%s %d %s;', lease, expiry, name)
  save_host(key, host, now)
end
for i = 1, #pages do
  local record, lease = read_record(records[i]), ARGV[2 * i + 3]
  if record and record.state == 'L' and record.lease == lease then
    leases[#leases + 1] = expiry
    leases[#leases + 1] = name .. '/' .. pages[i]
    renew_request(record.host, lease)
  else lost[#lost + 1] = i - 1 end
end
if #leases > 0 then call('ZADD', KEYS[2], unpack(leases)) end
return lost
