// Example queries, in the order of the tabs. The first line of each file is a comment with its title.
import answers from './examples/answers.graphql?raw';
import dataset from './examples/dataset.graphql?raw';
import diffusion from './examples/diffusion.graphql?raw';
import fits from './examples/fits.graphql?raw';
import gain from './examples/gain.graphql?raw';
import leaderboard from './examples/leaderboard.graphql?raw';
import models from './examples/models.graphql?raw';
import timeline from './examples/timeline.graphql?raw';

export interface Example {
  title: string;
  query: string;
}

export const examples: Example[] = [models, leaderboard, answers, gain, fits, timeline, diffusion, dataset].map((query) => ({
  title: query.slice(0, query.indexOf('\n')).replace(/^#\s*/, ''),
  query,
}));
