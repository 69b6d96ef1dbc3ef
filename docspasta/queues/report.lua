-- Figures of one shard, for metrics.
-- uses: host.lua
-- KEYS[1] {fNN}:due  zset  user -> when the first of its hosts is due, ms
-- also {fNN}:due:<user>, {fNN}:held, {fNN}:pages:leases, {fNN}:pages:bytes
-- ARGV[1] now_ms or ''
-- Returns users, hosts that are due now (of the first 1,000 users), hosts scheduled, crawlers' leases,
-- processors' leases, bytes waiting.
local now, due_hosts, hosts, leases, bytes = clock(ARGV[1]), 0, 0, 0, 0
for _, user in ipairs(redis.call('ZRANGE', KEYS[1], 0, 999)) do
  due_hosts = due_hosts + redis.call('ZCOUNT', F .. 'due:' .. user, '-inf', now)
  hosts = hosts + redis.call('ZCARD', F .. 'due:' .. user)
end
for _, held in ipairs(redis.call('HVALS', F .. 'held')) do leases = leases + held end
for _, waiting in ipairs(redis.call('HVALS', F .. 'pages:bytes')) do bytes = bytes + waiting end
return {redis.call('ZCARD', KEYS[1]), due_hosts, hosts, leases,
        redis.call('ZCARD', F .. 'pages:leases'), bytes}
