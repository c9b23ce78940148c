// Sends a query over our server and the papers of a partner through each gateway, twice, and prints the last response.
// Standard input: {url, query, jobs: {job: {modelIds, modelType}}};
// standard output: {job: {gateway: {data, errors, seconds, requests}}}, with the requests that our server gets.
import { json } from 'node:stream/consumers';
import { compose } from '../../deploy/federation/compose.js';
import { gateways } from '../../deploy/federation/gateways.js';
import { servePapers } from './papers.js';
import { recordRequests } from './recorder.js';

const { url, query, jobs } = await json(process.stdin);

async function ask(gatewayUrl) {
  const response = await fetch(gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

async function through(start, supergraph, requests) {
  const gateway = await start({ supergraph, host: '127.0.0.1', port: 0 });
  try {
    await ask(gateway.url);
    const begun = performance.now();
    const { data, errors } = await ask(gateway.url);
    const seconds = (performance.now() - begun) / 1000;
    const messages = (errors ?? []).map((error) => error.message);
    return { data: data ?? null, errors: messages, seconds, requests: requests.splice(0) };
  } finally {
    await gateway.close();
  }
}

const answers = {};
for (const [job, { modelIds, modelType }] of Object.entries(jobs)) {
  const papers = await servePapers(modelIds, modelType);
  const ours = await recordRequests(url);
  try {
    const { supergraphs } = await compose([
      { name: 'mlenergy', url: ours.url },
      { name: 'papers', url: papers.url },
    ]);
    ours.requests.length = 0;
    answers[job] = {};
    for (const [name, start] of Object.entries(gateways)) {
      // Neither gateway limits costs; both must ignore the directives.
      if (!supergraphs[name].includes(' @listSize(')) throw new Error(`the supergraph of ${name} has no list sizes`);
      answers[job][name] = await through(start, supergraphs[name], ours.requests);
    }
  } finally {
    papers.close();
    ours.close();
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit());
