-- One atomic write: look at the time and at versions, write, append to a chain of hashes.
--
-- It knows nothing of what it stores. ARGV is read from left to right; a KEY is a number into KEYS:
--   deadline in ms since the epoch, or ''
--   count, then KEY version           each hash must hold this version ('0': it must not be there)
--   count, then KEY                   each key must not be there
--   count, then command KEY guard count arguments...
--                                     guard '1': only where the key is there
--   '' or KEY (stream) KEY (head) KEY (list of positions, or '') life in ms, payload
-- Answers {'late'}, {'stale', key}, {'taken', key} and has written nothing, or {'ok', position}.

local at = 0
local function take()
  at = at + 1
  return ARGV[at]
end
local function take_number()
  return tonumber(take())
end
local function take_key()
  return KEYS[take_number()]
end

local deadline = take()
if deadline ~= '' then
  local time = redis.call('TIME')
  if time[1] * 1000 + math.floor(time[2] / 1000) >= tonumber(deadline) then
    return {'late'}
  end
end

for _ = 1, take_number() do
  local key, version = take_key(), take()
  if (redis.call('HGET', key, 'version') or '0') ~= version then
    return {'stale', key}
  end
end

for _ = 1, take_number() do
  local key = take_key()
  if redis.call('EXISTS', key) == 1 then
    return {'taken', key}
  end
end

for _ = 1, take_number() do
  local command, key, guard, count = take(), take_key(), take(), take_number()
  local arguments = {}
  for i = 1, count do
    arguments[i] = take()
  end
  if guard ~= '1' or redis.call('EXISTS', key) == 1 then
    redis.call(command, key, unpack(arguments))
  end
end

local stream = take()
if stream == '' then
  return {'ok', '', ''}
end
local head, positions, life, payload = take_key(), take(), take(), take()
local previous = redis.call('GET', head) or ''
local hash = redis.sha1hex(previous .. payload)
local position = redis.call('XADD', KEYS[tonumber(stream)], '*',
  'previous', previous, 'hash', hash, 'entry', payload)
redis.call('SET', head, hash)
if positions ~= '' then
  redis.call('RPUSH', KEYS[tonumber(positions)], position)
  redis.call('PEXPIRE', KEYS[tonumber(positions)], life)
end
return {'ok', position, hash}
