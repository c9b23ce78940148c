// Take-away of a table of runs: the page on screen as a query, all of its pages as files.
import type { Run } from '../data/runs';
import { tableOf } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway } from './contract';
import { graphQuery, operationName } from './document';
import { measuresIn, namesOf, stabilityArgument, takenRow, type TaskFacts, taskFileName, unitsOf } from './facts';
import { selectedWhere } from './where';

export interface RunsFacts extends TaskFacts {
  /** Fields of the columns on screen, in order; `id` is added in front. */
  fields: readonly string[];
  /** Keys of the order, most significant first, as in the graph. */
  order: readonly Readonly<Record<string, string>>[];
  /** The page on screen. */
  shown: readonly Run[];
  /** Number of rows before the page. */
  offset: number;
  /** Number of rows on all pages. */
  totalCount: number;
}

export function runsTakeAway({ shell, task, state, title, charts, fields, order, shown, offset, totalCount }: RunsFacts): TakeAway {
  const table = tableOf(task);
  const { runs, filter } = namesOf(task);
  const all = [...new Set(['id', ...fields])];
  const where = selectedWhere(shell, task, { filters: state.filters, latency: measuresIn({ task, state }).latency });
  const fileName = taskFileName(task, 'runs');
  const keys = order.map(({ field, direction = 'ASC' }) => `{ field: ${field}${direction === 'ASC' ? '' : `, direction: ${direction}`} }`);
  const common = `where: $where${stabilityArgument(task, state)}, orderBy: [${keys.join(', ')}]`;
  const page = `first: ${Math.max(1, shown.length)}${offset > 0 ? `, offset: ${offset}` : ''}`;
  return {
    title,
    fileName,
    result: graphQuery(
      `query Runs($where: ${filter}!) { ${runs}(${common}, ${page}) { totalCount digest nodes { ${all.join(' ')} } } }`,
      { where },
    ),
    shown: shown.map((run) => takenRow(run, all)),
    answered: (data) => rowsAt(data, `${runs}.nodes`),
    keys: ['id'],
    isOrdered: true,
    rows: graphQuery(
      `query ${operationName(fileName)}($where: ${filter}!) { ${runs}(${common}, first: ${Math.max(1, totalCount)}) { nodes { ${all.join(' ')} } } }`,
      { where },
    ),
    rowsNote: totalCount > shown.length ? `The files have the rows of all pages: ${totalCount}.` : undefined,
    units: unitsOf(shell, table, all),
    charts,
  };
}
