// The dataset that is served: name, source, revision, and a warning if its numbers are made up.
import { useEffect, useState } from 'react';

import { rootField } from '../graph/address';
import { fetchGraphQL } from '../graph/endpoint';
import { useAnnouncement } from './Announcement';
import { copied } from './clipboard';
import { CopyIcon } from './icons';
import { nestedIn } from './nested';
import QUERY from './served-dataset.graphql?raw';

const SHOWN = 12; // characters of a revision, which suffice to name it

interface Dataset {
  name: string;
  source: string;
  revision: string;
  synthetic: boolean;
}

type Banner = { state: 'loading' } | { state: 'known'; dataset: Dataset } | { state: 'failed'; reason: string };

/** The `linkRevision` is the revision for which the link to the page was made; null if it states none. */
export function DatasetBanner({ linkRevision }: { linkRevision: string | null }) {
  const [banner, setBanner] = useState<Banner>({ state: 'loading' });
  const [announcement, announce] = useAnnouncement();
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
    <div className="banner" data-state={banner.state}>
      <span className="banner-facts" role="status">
        {banner.state === 'loading' && 'Loading the dataset information…'}
        {banner.state === 'failed' && `The dataset information could not be loaded: ${banner.reason}`}
        {banner.state === 'known' && <Provenance dataset={banner.dataset} linkRevision={linkRevision} />}
      </span>
      {banner.state === 'known' && (
        <button
          type="button"
          className="copy-revision"
          title="Copy the full revision"
          aria-label="Copy the full revision"
          onClick={() => void copied(() => banner.dataset.revision, () => 'Revision copied').then(announce)}
        >
          <CopyIcon />
        </button>
      )}
      {announcement}
    </div>
  );
}

async function fetchDataset(): Promise<Banner> {
  const root = rootField();
  const query = root === null ? QUERY : nestedIn(root, QUERY);
  const { data, errors } = await fetchGraphQL({ query, operationName: 'ServedDataset' });
  const parent = (root === null ? data : data?.[root]) as { dataset?: Dataset | null } | null | undefined;
  const dataset = parent?.dataset;
  if (dataset) return { state: 'known', dataset };
  return { state: 'failed', reason: errors?.[0]?.message ?? 'the response has no dataset' };
}

interface ProvenanceProps {
  dataset: Dataset;
  linkRevision: string | null;
}

function Provenance({ dataset: { name, source, revision, synthetic }, linkRevision }: ProvenanceProps) {
  return (
    <>
      {synthetic && (
        <strong className="banner-warning">Sample data: every number here is made up, none is a measurement.</strong>
      )}
      {linkRevision !== null && !revision.startsWith(linkRevision) && (
        <strong className="banner-warning">
          This link was made for revision {linkRevision.slice(0, SHOWN)}; the server has {revision.slice(0, SHOWN)}.
          Figures may differ.
        </strong>
      )}
      <span>
        Dataset <b>{name}</b>
      </span>
      <span>
        source <b>{source}</b>
      </span>
      <span>
        revision <code title={revision}>{revision.slice(0, SHOWN)}</code>
      </span>
    </>
  );
}
