// TODO placeholder of the foundation; replaced before it is released.
import type { ViewProps } from './contract';

export function GpusView({ shell }: ViewProps) {
  return <h1>Gpus of {shell.dataset.name}</h1>;
}
