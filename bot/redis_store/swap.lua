-- Give a hash's field a new value, if its value ('' for none) is still the one that was seen; the hash lives on.
local value = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if value ~= ARGV[2] then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
