// Prints the most energy-efficient runs of a task: npm start -- --client urql --task gpqa
import { parseArgs } from 'node:util';

import { apolloRun } from './apollo.js';
import { allPages } from './pages.js';
import { urqlRun } from './urql.js';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: process.env['GRAPH_URL'] ?? 'http://127.0.0.1:8000/graphql' },
    client: { type: 'string', default: 'apollo' },
    task: { type: 'string', default: 'gpqa' },
    'page-size': { type: 'string', default: '20' },
    persisted: { type: 'boolean', default: false },
  },
});
const clients = { apollo: apolloRun, urql: urqlRun };
if (!(values.client in clients)) {
  throw new Error(`--client is ${values.client}; allowed: ${Object.keys(clients).join(', ')}`);
}
const newRun = clients[values.client as keyof typeof clients];
const runs = await allPages(
  newRun(values.url, values.persisted),
  { task: { eq: values.task } },
  Number(values['page-size']),
);
for (const { nickname, gpuModel, numGpus, maxNumSeqs, energyPerTokenJoules, medianItlMs } of runs) {
  console.log([nickname, `${numGpus}x${gpuModel}`, maxNumSeqs, energyPerTokenJoules, medianItlMs].join('\t'));
}
