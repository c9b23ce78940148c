// The mark of a GPU model beside its name in tables, chips and legends.
import { gpuMark, markPath } from '../charts/gpus';
import type { Shell } from '../data/shell';

export function GpuMarkIcon({ shell, gpuModel }: { shell: Shell; gpuModel: string }) {
  const { color, shape } = gpuMark(shell, gpuModel);
  return (
    <svg className="gpu-mark" viewBox="-8 -8 16 16" aria-hidden="true">
      <path d={markPath(shape, 5)} fill={color} />
    </svg>
  );
}
