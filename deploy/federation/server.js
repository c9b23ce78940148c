// Starts the ML.ENERGY server on its sample, and checks ports.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SupergraphError } from './compose.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_SECONDS = 60;

// Returns the port of `flag` if it is free, or a free one for 0.
export async function freePort(host, port, flag) {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return probe.address().port;
  } catch (error) {
    const problem = error.code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${error.code})`;
    throw new SupergraphError(
      `port ${port} ${problem}; choose another: make supergraph ARGS="--${flag} ${port + 100}"`,
    );
  } finally {
    probe.close();
  }
}

// Starts the server; returns {url, ready, close}. `onExit` gets an error if the process ends by itself.
export function startServer({ python, host, port, onExit }) {
  const flags = ['--source', 'sample', '--host', host, '--port', String(port), '--log-level', 'error'];
  const child = spawn(python, ['server.py', 'serve', ...flags], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(`cannot start '${python}' (${error.code})`));
    child.once('exit', (code, signal) => resolve(`the server ended with ${signal ?? `exit code ${code}`}`));
  });
  exited.then((reason) => onExit(new SupergraphError(reason)));
  const url = `http://${host}:${port}`;
  return {
    url: `${url}/graphql`,
    ready: waitUntilReady(url),
    close: () => {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

async function waitUntilReady(url) {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new SupergraphError(`the server at ${url} was not ready within ${START_SECONDS} s`);
}
