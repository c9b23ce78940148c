// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function SweepView({ shell }: ViewProps) {
  return <h1>Sweep of {shell.dataset.name}</h1>;
}
