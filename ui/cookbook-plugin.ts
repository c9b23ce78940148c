// Vite plugin: importing docs/cookbook.md gives its questions and queries; its answers stay out of the page.
import type { Plugin } from 'vite';

interface Recipe {
  number: number;
  title: string;
  query: string;
}

interface Chapter {
  title: string;
  recipes: Recipe[];
}

export function cookbook(): Plugin {
  return {
    name: 'cookbook',
    transform(code, id) {
      if (!id.endsWith('/docs/cookbook.md')) return null;
      return { code: `export default ${JSON.stringify(chapters(code))};`, map: null, moduleType: 'js' };
    },
  };
}

/** Return the chapters that have recipes: a numbered heading of the third level, and the first query below it. */
function chapters(page: string): Chapter[] {
  const found = page.split(/^## /m).slice(1).map((chapter) => ({
    title: firstLine(chapter),
    recipes: chapter.split(/^### /m).slice(1).map(recipe),
  }));
  return found.filter(({ recipes }) => recipes.length > 0);
}

function recipe(section: string): Recipe {
  const heading = /^(\d+)\. (.+)/.exec(section);
  const query = /^```graphql\n(.*?)^```/ms.exec(section)?.[1];
  if (!heading?.[1] || !heading[2] || query === undefined) {
    throw new Error(`docs/cookbook.md: "${firstLine(section)}" has no number or no query`);
  }
  return { number: Number(heading[1]), title: heading[2].trim(), query };
}

function firstLine(text: string): string {
  return text.slice(0, text.indexOf('\n')).trim();
}
