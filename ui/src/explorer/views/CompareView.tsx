// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function CompareView({ shell }: ViewProps) {
  return <h1>Compare of {shell.dataset.name}</h1>;
}
