-- One atomic write: look at the time, at versions and at budgets, write, append to a chain of hashes.
--
-- It knows nothing of what it stores. ARGV[1] says in JSON what is wanted; there a key is a number into
-- KEYS:
--   deadline   ms since the epoch; absent: none
--   versions   {key, version}: each hash must hold this version ('0': it must not be there)
--   absent     key: each must not be there
--   counters   {key, most, life}: each has room for one more, and counts it; it lives so many ms from
--              its first one on
--   commands   {command, key, guard, arguments...}; with guard only where the key is there
--   link       {stream, head, list of positions or 0, life of that list in ms, payload}; absent: none
-- Answers {'late'}, {'stale', key}, {'taken', key} and has written nothing; {'full', which counter, now
-- in ms, ms that are left of it, 1 for the first on top} and has counted only that; or {'ok'}, with a link
-- {'ok', position, hash}.

local wanted = cjson.decode(ARGV[1])

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

if wanted.deadline and now() >= wanted.deadline then
  return {'late'}
end

for _, check in ipairs(wanted.versions) do
  local key = KEYS[check[1]]
  if (redis.call('HGET', key, 'version') or '0') ~= check[2] then
    return {'stale', key}
  end
end

for _, number in ipairs(wanted.absent) do
  if redis.call('EXISTS', KEYS[number]) == 1 then
    return {'taken', KEYS[number]}
  end
end

for which, counter in ipairs(wanted.counters) do
  local key, most = KEYS[counter[1]], counter[2]
  if tonumber(redis.call('GET', key) or '0') >= most then
    local first = redis.call('INCR', key) == most + 1
    return {'full', which, now(), redis.call('PTTL', key), first and 1 or 0}
  end
end
for _, counter in ipairs(wanted.counters) do
  local key, life = KEYS[counter[1]], counter[3]
  if redis.call('INCR', key) == 1 then
    redis.call('PEXPIRE', key, life)
  end
end

for _, words in ipairs(wanted.commands) do
  local command, key, guard = words[1], KEYS[words[2]], words[3]
  if not guard or redis.call('EXISTS', key) == 1 then
    redis.call(command, key, unpack(words, 4))
  end
end

if not wanted.link then
  return {'ok'}
end
local stream, head, positions, life, payload = unpack(wanted.link)
local previous = redis.call('GET', KEYS[head]) or ''
local hash = redis.sha1hex(previous .. payload)
local position = redis.call('XADD', KEYS[stream], '*',
  'previous', previous, 'hash', hash, 'entry', payload)
redis.call('SET', KEYS[head], hash)
if positions ~= 0 then
  redis.call('RPUSH', KEYS[positions], position)
  redis.call('PEXPIRE', KEYS[positions], life)
end
return {'ok', position, hash}
