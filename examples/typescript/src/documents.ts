// The GraphQL documents of the example; `npm run generate` types them and writes their hashes to the manifest.
import { graphql } from './generated/gql.js';

export const runFigures = graphql(`
  fragment RunFigures on LLMRun {
    id
    nickname
    gpuModel
    numGpus
    maxNumSeqs
    energyPerTokenJoules
    medianItlMs
  }
`);

export const efficientRuns = graphql(`
  query EfficientRuns($where: LLMRunFilter!, $first: Int!, $after: String) {
    llmRuns(where: $where, orderBy: [{ field: ENERGY_PER_TOKEN_JOULES }], first: $first, after: $after) {
      totalCount
      nodes {
        ...RunFigures
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
