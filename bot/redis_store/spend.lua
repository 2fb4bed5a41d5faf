-- Count one more in every window, unless one is full; a full one counts what came on top of it.
-- KEYS: a counter for each window. ARGV: for each how many it takes, and its length in ms.
-- Answers {}, or {which is full, now in ms, ms that are left of it, 1 for the first on top}.
for i, key in ipairs(KEYS) do
  local most = tonumber(ARGV[2 * i - 1])
  if tonumber(redis.call('GET', key) or '0') >= most then
    local first = redis.call('INCR', key) == most + 1
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    return {i, now, redis.call('PTTL', key), first and 1 or 0}
  end
end
for i, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then
    redis.call('PEXPIRE', key, ARGV[2 * i])
  end
end
return {}
