-- Give a member a new score ('' removes it), if its score ('' for none) is still the one that was seen.
local score = redis.call('ZSCORE', KEYS[1], ARGV[1]) or ''
if score ~= ARGV[2] then
  return 0
end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
end
return 1
