// The state for an id that the dataset does not have, with models of similar names.
import type { Shell } from '../../data/shell';
import { Headline } from '../../parts/Headline';
import { Link } from '../../parts/Link';
import { Nothing } from '../../parts/states';
import type { NearModel } from './model';

interface MissingModelProps {
  shell: Shell;
  /** Null if the address names none. */
  id: string | null;
  near: readonly NearModel[];
}

export function MissingModel({ shell, id, near }: MissingModelProps) {
  const revision = shell.dataset.revision.slice(0, 12);
  const sentence = id === null ? 'The address names no model' : `This dataset has no model ${id} (revision ${revision}).`;
  return (
    <>
      <Headline>{sentence}</Headline>
      <Nothing
        actions={
          <>
            {near.map(({ modelId, nickname }) => (
              <Link key={modelId} className="button" to="model" state={{ id: modelId }}>
                {nickname ?? modelId}
              </Link>
            ))}
            <Link className="button" to="models">
              All models
            </Link>
          </>
        }
      >
        {id === null ? 'Choose one from the list.' : near.length > 0 ? 'Models with a similar name:' : 'No model has a similar name.'}
      </Nothing>
    </>
  );
}
