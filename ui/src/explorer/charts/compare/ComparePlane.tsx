// Plane of latency and energy with the frontier of each compared model.
import { useMemo } from 'react';

import type { TaskMeasures } from '../../data/measures';
import type { Shell } from '../../data/shell';
import { useWidth } from '../../parts/useWidth';
import { PlotFrame } from '../PlotFrame';
import { compareLayout, type Series } from './layout';
import { compareOptions } from './options';

interface ComparePlaneProps {
  shell: Shell;
  series: readonly Series[];
  measures: TaskMeasures;
  deadline: number | null;
  /** Ids of the runs that are compared in the table. */
  best: ReadonlySet<string>;
  onDrawn?: (svg: SVGSVGElement) => void;
}

export function ComparePlane({ shell, series, measures, deadline, best, onDrawn }: ComparePlaneProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const options = useMemo(
    () => (width > 0 ? compareOptions(shell, compareLayout(series, measures, width), measures, deadline, best) : null),
    [shell, series, measures, deadline, best, width],
  );
  return (
    <div ref={ref} className="compare-plane">
      {options && <PlotFrame options={options} {...(onDrawn ? { onDrawn } : {})} />}
    </div>
  );
}
