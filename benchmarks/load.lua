-- Sends request bodies; if EVERY_ANSWER, counts the answers whose length is not EXPECTED.
-- load.py prepends EXPECTED, EVERY_ANSWER, and body(sent), which returns the body of the request with that number.
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
end

function request()
  sent = sent + 1
  return wrk.format(nil, nil, nil, body(sent))
end

if EVERY_ANSWER then
  function response(status, headers, body)
    if #body ~= EXPECTED then
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
