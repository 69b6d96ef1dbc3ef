-- When a host may be asked next, and how much more slowly than usual. Reads only.
-- uses: host.lua
-- KEYS[1] {fNN}:pace:<host>  string, see host_record.lua
-- ARGV[1] now_ms or ''
-- Returns ms until the next start, 0 when it may start now; and the factor of the host's delay.
local host = read_host(call('GET', KEYS[1]))
return {math.max(0, math.ceil(host.next - clock(ARGV[1]))), host.factor}
