-- How URLs of a run are asked for: by which validators, if they were fetched before.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- also user:<u>:job:<j>:{fNN}:asking (read only: a crawler may not write it, and KEYS must be writable)
-- ARGV[1] user/job  ARGV[2...] pages
-- Returns what `add` was told of each, or false.
return call('HMGET', keys_of(ARGV[1]) .. 'asking', unpack(ARGV, 2))
