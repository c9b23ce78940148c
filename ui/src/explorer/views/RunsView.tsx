// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function RunsView({ shell }: ViewProps) {
  return <h1>Runs of {shell.dataset.name}</h1>;
}
