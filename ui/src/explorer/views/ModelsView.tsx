// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function ModelsView({ shell }: ViewProps) {
  return <h1>Models of {shell.dataset.name}</h1>;
}
