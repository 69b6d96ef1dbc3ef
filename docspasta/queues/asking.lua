-- How a URL of a run is asked for: by which validators, if it was fetched before.
-- uses: shard.lua
-- KEYS[1] user:<u>:job:<j>:{fNN}:taken  hash  page -> record
-- also user:<u>:job:<j>:{fNN}:asking (read only: a crawler may not write it, and KEYS must be writable)
-- ARGV[1] user/job  ARGV[2] page
-- Returns what `add` was told, or nil.
return call('HGET', keys_of(ARGV[1]) .. 'asking', ARGV[2])
