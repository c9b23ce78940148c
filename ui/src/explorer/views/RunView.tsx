// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function RunView({ shell }: ViewProps) {
  return <h1>Run of {shell.dataset.name}</h1>;
}
