// Four panels of a sweep over the batch size, with the run that is pointed at or focused marked in all of them.
import './sweep-charts.css';

import { useEffect, useMemo, useState } from 'react';

import type { TaskMeasures } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import type { SweepLine } from '../../data/sweep';
import { useWidth } from '../../parts/useWidth';
import { PlotFrame } from '../PlotFrame';
import { panelOptions } from './options';
import { columnsOf, type Panel, panelsOf } from './panels';
import { RunLinks } from './RunLinks';
import { RunTooltip } from './RunTooltip';

interface SweepChartsProps {
  shell: Shell;
  measures: TaskMeasures;
  lines: readonly SweepLine[];
  /** Called with the SVG of each panel after each drawing. */
  onDrawn?: ((panel: number, svg: SVGSVGElement) => void) | undefined;
}

/** The run that is marked, and the panel that shows its values. */
export interface Active {
  run: Run;
  panel: number;
  /** Whether a touch chose it: its values stay until another touch. */
  isPinned: boolean;
}

export function SweepCharts({ shell, measures, lines, onDrawn }: SweepChartsProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [active, setActive] = useState<Active | null>(null);
  const panels = useMemo(
    () => (width === 0 ? [] : panelsOf(lines, measures, width, getComputedStyle(document.body).fontFamily)),
    [lines, measures, width],
  );
  useEffect(() => setActive(null), [lines]);
  useEffect(() => {
    if (active === null) return;
    const close = (event: KeyboardEvent) => event.key === 'Escape' && setActive(null);
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [active]);
  return (
    <div className="sweep-charts" data-columns={columnsOf(width)} ref={ref}>
      {panels.map((panel, index) => (
        <PanelFrame key={panel.measure.column} {...{ shell, measures, panel, index, active, setActive, onDrawn }} />
      ))}
    </div>
  );
}

interface PanelFrameProps {
  shell: Shell;
  measures: TaskMeasures;
  panel: Panel;
  index: number;
  active: Active | null;
  setActive: (active: Active | null) => void;
  onDrawn: SweepChartsProps['onDrawn'];
}

function PanelFrame({ shell, measures, panel, index, active, setActive, onDrawn }: PanelFrameProps) {
  const options = useMemo(() => panelOptions(panel, shell), [panel, shell]);
  return (
    <div className="sweep-panel" style={{ width: panel.width, height: panel.height }}>
      <PlotFrame options={options} onDrawn={(svg) => onDrawn?.(index, svg)} />
      <RunLinks panel={panel} index={index} measures={measures} active={active} setActive={setActive} />
      {active?.panel === index && <RunTooltip panel={panel} measures={measures} active={active} />}
    </div>
  );
}
