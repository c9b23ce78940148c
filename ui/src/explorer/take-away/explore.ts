// Take-away of the first view: the best run of each model within a deadline, and the frontier.
import type { Ranked } from '../data/ranking';
import { tableOf } from '../data/shell';
import { rowsAt } from './agreement';
import type { TakeAway } from './contract';
import { graphQuery, operationName } from './document';
import { deadlineWords, measuresIn, namesOf, rankedFields, stabilityArgument, takenRow, type TaskFacts, taskFileName, unitsOf } from './facts';
import { selectedWhere } from './where';

export interface ExploreFacts extends TaskFacts {
  deadline: number | null;
  ranked: readonly Ranked[];
}

export function exploreTakeAway({ shell, task, state, title, charts, deadline, ranked }: ExploreFacts): TakeAway {
  const measures = measuresIn({ task, state });
  const { latency, energy } = measures;
  const { runs, filter } = namesOf(task);
  const fields = rankedFields(task, measures);
  const where = selectedWhere(shell, task, { filters: state.filters, deadline, latency });
  const fileName = taskFileName(task, deadlineWords(deadline, latency));
  const selected = `${runs}(first: 0, where: $where${stabilityArgument(task, state)})`;
  const best = `bestRuns(by: ${energy.enumValue}, per: [MODEL_ID], orderBy: [{ field: ${energy.enumValue} }], first: 2000)`;
  const per = state.frontier === 'model' ? ', per: [MODEL_ID]' : '';
  const frontier = `paretoFrontier(minimize: [${latency.enumValue}, ${energy.enumValue}]${per})`;
  return {
    title,
    fileName,
    result: graphQuery(
      `query BestRuns($where: ${filter}!) {
        ${selected} {
          totalCount digest
          ${best} { totalCount nodes { ${fields.join(' ')} } }
          ${frontier} { nullCount runs { ${fields.join(' ')} } }
        }
      }`,
      { where },
    ),
    shown: ranked.map(({ run }) => takenRow(run, fields)),
    answered: (data) => rowsAt(data, `${runs}.bestRuns.nodes`),
    keys: ['id'],
    isOrdered: true,
    rows: graphQuery(`query ${operationName(fileName)}($where: ${filter}!) { ${selected} { ${best} { nodes { ${fields.join(' ')} } } } }`, {
      where,
    }),
    rowsNote: `The best run of each model. The frontier is in the answer to the query.`,
    units: unitsOf(shell, tableOf(task), fields),
    charts,
  };
}
