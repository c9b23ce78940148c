// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function ModelView({ shell }: ViewProps) {
  return <h1>Model of {shell.dataset.name}</h1>;
}
