-- What a host asked of everybody: no request before a time, another delay.
-- uses: host.lua
-- KEYS[1] {fNN}:pace:<host>  string, see host_record.lua
-- ARGV[1] now_ms or ''  ARGV[2] nothing for so many ms, or ''  ARGV[3] Crawl-delay, ms, or ''
local now, text = clock(ARGV[1]), call('GET', KEYS[1])
local host = read_host(text)
if ARGV[2] ~= '' then host.next = math.max(host.next, now + tonumber(ARGV[2])) end
if ARGV[3] ~= '' then
  local delay = tonumber(ARGV[3])
  -- The last start was at most a delay ago: the new delay counts from it.
  if delay > host.crawl_delay and host.next > 0 then host.next = math.max(host.next, math.min(now, host.next) + delay) end
  host.crawl_delay = delay
end
save_host(KEYS[1], host, now)
return 1
