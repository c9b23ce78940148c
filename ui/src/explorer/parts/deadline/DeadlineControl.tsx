// Choice of the deadline: statistic, numeric field, slider under a histogram of the runs, and presets.
import './deadline.css';

import { type ReactNode, useMemo } from 'react';

import { positionsOf, presetsOf } from '../../data/deadline';
import type { Measure } from '../../data/measures';
import type { Run } from '../../data/runs';
import type { Task } from '../../data/shell';
import { DeadlineField } from './DeadlineField';
import { DeadlineSlider } from './DeadlineSlider';
import { Presets } from './Presets';

export interface DeadlineControlProps {
  task: Task;
  /** Runs after all filters; the slider covers their latencies. */
  runs: readonly Run[];
  latency: Measure;
  /** In the unit of `latency`; null for none. */
  deadline: number | null;
  /** What the deadline admits, for screen readers: `158 of 187 runs, 12 of 12 models`. */
  admitted: string;
  /** Choice of the latency's statistic; the name of the latency if there is none. */
  statistic?: ReactNode;
  /** Called while the slider moves. */
  onDrag: (deadline: number) => void;
  /** Called when a gesture on the slider ends. */
  onRelease: (deadline: number) => void;
  /** Called for a decision: a preset, or a number that was entered. */
  onChoose: (deadline: number | null) => void;
}

export function DeadlineControl({ task, runs, latency, deadline, admitted, statistic, onDrag, onRelease, onChoose }: DeadlineControlProps) {
  const positions = useMemo(() => positionsOf(runs, latency), [runs, latency.field]);
  const presets = useMemo(() => presetsOf(task, runs, latency), [task, runs, latency.field]);
  return (
    <div className="deadline">
      <div className="deadline-main">
        <div className="deadline-label">
          {statistic ?? <span>{latency.name}</span>}
          <DeadlineField latency={latency} deadline={deadline} onChoose={onChoose} />
        </div>
        <DeadlineSlider
          runs={runs}
          latency={latency}
          deadline={deadline}
          positions={positions}
          admitted={admitted}
          onDrag={onDrag}
          onRelease={onRelease}
          onNone={() => onChoose(null)}
        />
      </div>
      <Presets presets={presets} unit={latency.unit} deadline={deadline} onChoose={onChoose} />
    </div>
  );
}
