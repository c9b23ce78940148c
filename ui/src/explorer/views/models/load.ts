// All models of the dataset.
import { request } from '../../../graph/client';
import { ModelsDocument, type ModelsQuery } from '../../../graph/generated';

type Page = NonNullable<ModelsQuery['models']>;
export type Model = Page['nodes'][number];

export async function loadModels(signal: AbortSignal): Promise<readonly Model[]> {
  const models: Model[] = [];
  let after: string | null = null;
  for (;;) {
    const page: Page | null = (await request(ModelsDocument, after === null ? {} : { after }, { signal })).data.models;
    if (!page) throw new Error('The response has no models.');
    models.push(...page.nodes);
    after = page.pageInfo.endCursor;
    if (!page.pageInfo.hasNextPage) return models;
  }
}
