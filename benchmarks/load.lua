-- Sends request bodies; if EVERY_ANSWER, counts the answers whose length is not EXPECTED, or, if that is nil, which
-- have errors. load.py prepends EXPECTED, EVERY_ANSWER, HEADERS, and body(sent), which returns the body of the request
-- with that number.
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  sent = 0
  wrong = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json"
  for name, value in pairs(HEADERS) do
    wrk.headers[name] = value
  end
end

function request()
  sent = sent + 1
  return wrk.format(nil, nil, nil, body(sent))
end

if EVERY_ANSWER then
  function response(status, headers, body)
    local right = #body == EXPECTED
    if EXPECTED == nil then
      right = not body:find('"errors"', 1, true)
    end
    if not right then
      wrong = wrong + 1
    end
  end
end

function done(summary, latency, requests)
  local wrongs = 0
  for _, thread in ipairs(threads) do
    wrongs = wrongs + thread:get("wrong")
  end
  local errors = summary.errors
  io.write(string.format(
    '\n{"microseconds": %d, "requests": %d, "bytes": %.0f, "p50_us": %.0f, "p99_us": %.0f, "wrong_answers": %d, ' ..
    '"non_2xx": %d, "connect_errors": %d, "read_errors": %d, "write_errors": %d, "timeouts": %d}\n',
    summary.duration, summary.requests, summary.bytes, latency:percentile(50), latency:percentile(99), wrongs,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
