// The dataset that is served: name, source, revision, and a warning if its numbers are made up.
import { useEffect, useState } from 'react';

import { rootField } from '../graph/address';
import { fetchGraphQL } from '../graph/endpoint';

const FIELDS = 'dataset { name source revision synthetic }';

interface Dataset {
  name: string;
  source: string;
  revision: string;
  synthetic: boolean;
}

type Banner = { state: 'loading' } | { state: 'known'; dataset: Dataset } | { state: 'failed'; reason: string };

export function DatasetBanner() {
  const [banner, setBanner] = useState<Banner>({ state: 'loading' });
  useEffect(() => {
    let current = true;
    void fetchDataset().then((answer) => {
      if (current) setBanner(answer);
    });
    return () => {
      current = false;
    };
  }, []);
  return (
    <p className="banner" role="status" data-state={banner.state}>
      {banner.state === 'loading' && 'Loading the dataset information…'}
      {banner.state === 'failed' && `The dataset information could not be loaded: ${banner.reason}`}
      {banner.state === 'known' && <Provenance dataset={banner.dataset} />}
    </p>
  );
}

async function fetchDataset(): Promise<Banner> {
  try {
    const root = rootField();
    const query = `query ServedDataset { ${root === null ? FIELDS : `${root} { ${FIELDS} }`} }`;
    const { data, errors } = await fetchGraphQL({ query, operationName: 'ServedDataset' });
    const parent = (root === null ? data : data?.[root]) as { dataset?: Dataset | null } | null | undefined;
    const dataset = parent?.dataset;
    if (dataset) return { state: 'known', dataset };
    return { state: 'failed', reason: errors?.[0]?.message ?? 'the response has no dataset' };
  } catch (error) {
    return { state: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

function Provenance({ dataset: { name, source, revision, synthetic } }: { dataset: Dataset }) {
  return (
    <>
      {synthetic && (
        <strong className="banner-synthetic">Sample data: all numbers are made up, not measured.</strong>
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
