// Notice for an address with a task that the dataset does not have.
import { Fragment } from 'react';

import type { Shell, Task } from '../data/shell';
import { similarNames } from '../data/similar';
import type { RouteName } from '../state/routes';
import { Link } from './Link';

interface UnknownTaskProps {
  shell: Shell;
  route: RouteName;
  /** The name in the address. */
  name: string | undefined;
  /** The task that is shown instead; undefined for all. */
  shown: Task | undefined;
}

export function UnknownTask({ shell, route, name, shown }: UnknownTaskProps) {
  const names = shell.tasks.map((task) => task.name);
  if (name === undefined || names.includes(name)) return null;
  const similar = similarNames(name, names);
  const suggested = similar.length > 0 ? similar : names;
  return (
    <p className="notices" role="status">
      This dataset has no task “{name}”. {similar.length > 0 ? 'Did you mean' : 'Its tasks are'}{' '}
      {suggested.map((each, index) => (
        <Fragment key={each}>
          {index > 0 && (index === suggested.length - 1 ? (similar.length > 0 ? ' or ' : ' and ') : ', ')}
          <Link to={route} state={{ task: each }}>
            {each}
          </Link>
        </Fragment>
      ))}
      {similar.length > 0 ? '?' : '.'} {shown ? `Shown instead: ${shown.displayName}.` : 'All are shown.'}
    </p>
  );
}
