// The sweep of a model and task: a sentence per line, the charts, and the table behind them.
import './sweep.css';

import { useMemo } from 'react';

import { SweepCharts } from '../../charts/sweep/SweepCharts';
import type { TaskMeasures } from '../../data/measures';
import { type Shell, tableOf, type Task } from '../../data/shell';
import { type SweepLine, trendSentence } from '../../data/sweep';
import { ChartFigure } from '../../parts/ChartFigure';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import type { ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import { SweepTable } from './SweepTable';

interface SweepSectionProps {
  shell: Shell;
  task: Task;
  measures: TaskMeasures;
  lines: readonly SweepLine[];
  state: Pick<ViewState, 'as'>;
  change: (change: Change) => void;
  onDrawn?: (panel: number, svg: SVGSVGElement) => void;
}

export function SweepSection({ shell, task, measures, lines, state, change, onDrawn }: SweepSectionProps) {
  const caption = useMemo(() => captionOf(task, measures, lines), [task, measures, lines]);
  return (
    <>
      <ul className="sweep-sentences" aria-label={`${measures.energy.name} by batch size`}>
        {lines.map((line) => (
          <li key={line.name}>
            <GpuMarkIcon shell={shell} gpuModel={line.gpuModel} /> {trendSentence(line, measures)}
          </li>
        ))}
      </ul>
      <ChartFigure
        caption={caption}
        isTable={state.as === 'table'}
        onToggle={(isTable) => change({ as: isTable ? 'table' : undefined })}
        chart={<SweepCharts shell={shell} measures={measures} lines={lines} onDrawn={onDrawn} />}
        table={<SweepTable shell={shell} measures={measures} lines={lines} />}
      />
    </>
  );
}

function captionOf(task: Task, { batch }: TaskMeasures, lines: readonly SweepLine[]): string {
  const marks = 'Colour and mark: GPU model. Dashes: shorter for more GPUs. Ring: the least energy of each line.';
  const hasRepeats = lines.some(({ runs, line }) => runs.length > line.length);
  const repeats = hasRepeats ? ' Hollow marks are further runs at the same batch size; the line passes through the least energy.' : '';
  const split =
    tableOf(task) === 'diffusion' ? ` Of the ways to split ${batch.unit} over GPUs (Ulysses, ring), the one with the least energy at each batch size is drawn.` : '';
  return `${marks}${repeats}${split}`;
}
