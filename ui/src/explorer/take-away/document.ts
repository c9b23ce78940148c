// GraphQL documents of what is taken away: nested under the server's root field, formatted, named after a file.
import { rootField } from '../../graph/address';
import { underRootField } from '../../graph/client';
import type { GraphQuery } from './contract';

const INDENT = '  ';

/** A document as the server executes it. Arguments stay in one line; the selection has one field per line. */
export function graphQuery(text: string, variables: GraphQuery['variables'] = {}): GraphQuery {
  return { document: formatted(underRootField(text.replace(/\s+/g, ' ').trim(), rootField())), variables };
}

/** Name of an operation, from which the server derives the name of a file. */
export function operationName(fileName: string): string {
  const name = fileName.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}

/** Name of a file: words in lower case, joined by hyphens. */
export function fileNameOf(...words: readonly (string | number | null | undefined)[]): string {
  const text = words.filter((word) => word !== null && word !== undefined).join(' ');
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}

/** The formatter of our own documents, which have no strings, comments or fragments. */
function formatted(compact: string): string {
  let depth = 0;
  let text = '';
  for (const [token] of compact.matchAll(/\((?:[^()]*)\)|[{}]|[^\s(){}]+/g)) {
    const start = `\n${INDENT.repeat(depth)}`;
    if (token === '{') {
      text += depth === 0 || !text.endsWith('{') ? ' {' : '{';
      depth += 1;
    } else if (token === '}') {
      depth -= 1;
      text += `\n${INDENT.repeat(depth)}}`;
    } else if (token.startsWith('(')) {
      text += token;
    } else if (depth === 0 || text.endsWith(':')) {
      text += text === '' ? token : ` ${token}`;
    } else {
      text += `${start}${token}`;
    }
  }
  return `${text}\n`;
}
