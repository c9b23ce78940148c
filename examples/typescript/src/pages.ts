// Reads every page of a query, whichever client runs it.
import { unmask } from './generated/fragment-masking.js';
import type { EfficientRunsQuery, EfficientRunsQueryVariables, RunFiguresFragment } from './generated/graphql.js';
import { runFigures } from './documents.js';

export type Run = (variables: EfficientRunsQueryVariables) => Promise<EfficientRunsQuery>;

export async function allPages(
  run: Run,
  where: EfficientRunsQueryVariables['where'],
  first: number,
): Promise<readonly RunFiguresFragment[]> {
  const runs: RunFiguresFragment[] = [];
  let after: string | null = null;
  do {
    const page: EfficientRunsQuery = await run({ where, first, after });
    if (!page.llmRuns) throw new Error('the answer has no runs');
    runs.push(...unmask(runFigures, page.llmRuns.nodes));
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor?: string | null } = page.llmRuns.pageInfo;
    after = hasNextPage ? (endCursor ?? null) : null;
  } while (after !== null);
  return runs;
}
