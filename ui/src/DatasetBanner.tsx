// What is being served, asked once: name, source, revision, and a warning where the numbers are made up.
import { useEffect, useState } from 'react';

import { fetchGraphQL } from './endpoint';

const QUERY = `query ServedDataset {
  dataset { name source revision synthetic }
}`;

interface Dataset {
  name: string;
  source: string;
  revision: string;
  synthetic: boolean;
}

type Banner = { state: 'asking' } | { state: 'known'; dataset: Dataset } | { state: 'failed'; reason: string };

export function DatasetBanner() {
  const [banner, setBanner] = useState<Banner>({ state: 'asking' });
  useEffect(() => {
    let current = true;
    void askForDataset().then((answer) => {
      if (current) setBanner(answer);
    });
    return () => {
      current = false;
    };
  }, []);
  return (
    <p className="banner" role="status" data-state={banner.state}>
      {banner.state === 'asking' && 'Asking which dataset is served…'}
      {banner.state === 'failed' && `Which dataset is served could not be read: ${banner.reason}`}
      {banner.state === 'known' && <Provenance dataset={banner.dataset} />}
    </p>
  );
}

async function askForDataset(): Promise<Banner> {
  try {
    const { data, errors } = await fetchGraphQL({ query: QUERY, operationName: 'ServedDataset' });
    const dataset = data?.['dataset'] as Dataset | null | undefined;
    if (dataset) return { state: 'known', dataset };
    return { state: 'failed', reason: errors?.[0]?.message ?? 'the answer has no dataset' };
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function Provenance({ dataset: { name, source, revision, synthetic } }: { dataset: Dataset }) {
  return (
    <>
      {synthetic && (
        <strong className="banner-synthetic">Sample data: every number here is made up, none is a measurement.</strong>
      )}
      <span>
        Dataset <b>{name}</b>
      </span>
      <span>
        source <b>{source}</b>
      </span>
      <span>
        revision <code title={revision}>{revision.slice(0, 12)}</code>
      </span>
    </>
  );
}
