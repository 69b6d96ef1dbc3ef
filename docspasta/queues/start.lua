-- A start token for one more request to a host: its next start is reserved.
-- uses: host.lua
-- KEYS[1] {fNN}:pace:<host>  string, see host_record.lua
-- KEYS[2] {fNN}:installed    string '<identity> <made ms> <held until ms>'
-- also {fNN}:held and the state and tries of jobs whose leases ran out
-- ARGV[1] now_ms or ''  ARGV[2] token, or '' under a taken URL  ARGV[3] lease, ms
-- ARGV[4] least delay, ms  ARGV[5] default delay, ms  ARGV[6] requests at once
-- ARGV[7] user/job of the taken URL, or ''  ARGV[8] its job's delay, ms (0: default)
-- Returns {1, ms to wait} when granted, {0, ms until a slot may be free}.
local now, least, usual = clock(ARGV[1]), tonumber(ARGV[4]), tonumber(ARGV[5])
local held = held_until('', 0) or 0
local host = read_host(call('GET', KEYS[1]))
if ARGV[2] ~= '' then
  local open, _, free_at = open_requests(host, now, lapse)
  if open >= tonumber(ARGV[6]) then
    host.parked = '2'
    save_host(KEYS[1], host, now)
    return {0, free_at - now}
  end
end
local own = tonumber(ARGV[8])
own = math.max(least, own > 0 and own or usual)
local wait = math.max(math.min(own, math.max(least, usual)), host.crawl_delay) * factor_now(host, now)
local start = math.max(now, host.next, held)
if own > wait then
  host.own = host.own or {}
  start = math.max(start, host.own[ARGV[7]] or 0)
  host.own[ARGV[7]] = start + own
end
host.next = math.ceil(math.max(host.next + wait, start + 0.95 * wait))
if ARGV[2] ~= '' then
  host.open = host.open .. start_request(ARGV[2], start + tonumber(ARGV[3]))
end
save_host(KEYS[1], host, now)
return {1, math.ceil(start - now)}
