// Example queries: the recipes of docs/cookbook.md as documents for the editor, in its chapters.
import chapters from '../../../docs/cookbook.md';

import { nestedIn } from './nested';
import { operationName } from './operation-name';

export interface Example {
  title: string;
  query: string;
}

export interface ExampleGroup {
  title: string;
  examples: Example[];
}

/** Title of the example in the first tab: rows of language-model runs, in every dataset with the task gpqa. */
const FIRST = 'All runs of a task';

/** Start of an operation without a name: its selection or its variables. */
const UNNAMED = /^(?:query)? ?(?=[({])/m;

/** Return the examples for a server, in groups; each begins with its title and has a named operation, as tabs show it. */
export function exampleGroups(root: string | null): ExampleGroup[] {
  return chapters.map(({ title, recipes }) => ({
    title,
    examples: recipes.map((recipe) => {
      const query = root === null ? recipe.query : nestedIn(root, recipe.query);
      const named = query.replace(UNNAMED, `query ${operationName(recipe.title)} `);
      return { title: recipe.title, query: `# ${recipe.number}. ${recipe.title}\n${named}` };
    }),
  }));
}

export function firstExample(groups: readonly ExampleGroup[]): Example {
  const found = groups.flatMap(({ examples }) => examples).find(({ title }) => title === FIRST);
  if (found === undefined) throw new Error(`docs/cookbook.md has no recipe "${FIRST}"`);
  return found;
}
