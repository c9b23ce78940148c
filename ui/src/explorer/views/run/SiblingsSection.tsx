// Runs with the same model, task and GPUs: energy and latency over the batch size, with this run ringed.
import { useMemo } from 'react';

import { gpuMark } from '../../charts/gpus';
import { counted, measured } from '../../data/format';
import type { Loading } from '../../data/loading';
import type { Measure, TaskMeasures } from '../../data/measures';
import { gpusOf } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { ChartFigure } from '../../parts/ChartFigure';
import { Link } from '../../parts/Link';
import { Failure, LoadingNote } from '../../parts/states';
import { useWidth } from '../../parts/useWidth';
import { ValueTable } from '../../parts/ValueTable';
import { LinkedPlot } from './LinkedPlot';
import type { RunFacts, Sibling } from './loadRun';
import { isUnstable, siblingsOptions, siblingValue } from './siblings';

interface SiblingsSectionProps {
  shell: Shell;
  run: RunFacts;
  measures: TaskMeasures;
  loading: Loading<readonly Sibling[]>;
  isTable: boolean;
  onToggle: (isTable: boolean) => void;
}

export function SiblingsSection({ shell, run, measures, loading, isTable, onToggle }: SiblingsSectionProps) {
  const { energy, latency, batch } = measures;
  const siblings = loading.data;
  const labelOf = (sibling: Sibling) =>
    `Batch ${counted(siblingValue(batch, sibling))}: ${measured(siblingValue(energy, sibling))} ${energy.unit}, ${measured(siblingValue(latency, sibling))} ${latency.unit}${isUnstable(sibling) ? ', unstable' : ''}${sibling.id === run.id ? ' (this run)' : ''}`;
  const others = siblings?.filter(({ id }) => id !== run.id).length ?? 0;
  const hasUnstable = siblings?.some(isUnstable) ?? false;
  return (
    <section className="run-siblings" aria-labelledby="run-siblings">
      <h2 id="run-siblings">The same model on {gpusOf(run)}</h2>
      {loading.error && <Failure error={loading.error} retry={loading.retry} />}
      {loading.isLoading && <LoadingNote what="the runs beside this one" />}
      {siblings && others === 0 && <p className="muted">This dataset has no other run of this model and task on {gpusOf(run)}.</p>}
      {siblings && others > 0 && (
        <ChartFigure
          caption={`${counted(siblings.length)} runs of this model and task on ${gpusOf(run)}; this run is ringed, and each mark opens its run.${hasUnstable ? ' Hollow marks are unstable.' : ''}`}
          isTable={isTable}
          onToggle={onToggle}
          chart={
            <div className="run-sibling-charts">
              {[energy, latency].map((measure) => (
                <SiblingsChart key={measure.field} run={run} siblings={siblings} batch={batch} measure={measure} energy={energy} color={gpuMark(shell, run.gpuModel).color} labelOf={labelOf} />
              ))}
            </div>
          }
          table={
            <ValueTable
              caption="Runs of the same model and task on the same GPUs"
              columns={[
                { name: batch.shortName, isNumber: true, cell: (sibling) => counted(siblingValue(batch, sibling)) },
                { name: energy.shortName, unit: energy.unit, isNumber: true, cell: (sibling) => measured(siblingValue(energy, sibling)) },
                { name: latency.shortName, unit: latency.unit, isNumber: true, cell: (sibling) => measured(siblingValue(latency, sibling)) },
                {
                  name: 'Run',
                  cell: (sibling) =>
                    sibling.id === run.id ? (
                      <b>this run</b>
                    ) : (
                      <Link to="run" state={{ id: sibling.id }} aria-label={`Run: ${labelOf(sibling)}`}>
                        Run
                      </Link>
                    ),
                },
              ]}
              rows={siblings}
              keyOf={({ id }) => id}
            />
          }
        />
      )}
    </section>
  );
}

interface SiblingsChartProps {
  run: RunFacts;
  siblings: readonly Sibling[];
  batch: Measure;
  measure: Measure;
  energy: Measure;
  color: string;
  labelOf: (sibling: Sibling) => string;
}

function SiblingsChart({ run, siblings, batch, measure, energy, color, labelOf }: SiblingsChartProps) {
  const [box, width] = useWidth<HTMLDivElement>();
  const options = useMemo(() => {
    const drawn = siblings.filter((sibling) => siblingValue(measure, sibling) > 0);
    return width > 0 && drawn.length > 0 ? siblingsOptions({ run, siblings: drawn, batch, measure, energy, width, color, labelOf }) : null;
    // labelOf is a function of the run, siblings and measures.
  }, [run, siblings, batch.field, measure.field, measure.unit, width, color]);
  return <div ref={box}>{options && <LinkedPlot options={options} label={`${measure.name} by batch size`} />}</div>;
}
