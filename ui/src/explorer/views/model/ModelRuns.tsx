// All runs of a model and task, grouped by GPU model, stable or not.
import { counted, measured, plural } from '../../data/format';
import { type TaskMeasures, valueOf } from '../../data/measures';
import { fieldOf, gpusOf, numberOf, type Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import { type GpuRuns, instabilityOf } from './model';

interface ModelRunsProps {
  shell: Shell;
  groups: readonly GpuRuns[];
  measures: TaskMeasures;
}

export function ModelRuns({ shell, groups, measures }: ModelRunsProps) {
  const { batch, energy, latency, throughput } = measures;
  const all = groups.flatMap(({ runs }) => runs);
  const hasParallelism = all.some(({ parallelism }) => parallelism !== '');
  const hasUnstable = all.some((run) => instabilityOf(run) !== null);
  const sizes = new Set(all.map(sizeOf));
  const texts = ['GPUs', ...(hasParallelism ? ['Parallelism'] : []), ...(sizes.size > 1 ? ['Configuration'] : [])];
  const numbers = [batch, energy, latency, throughput];
  const columnCount = texts.length + numbers.length + 2 + (hasUnstable ? 1 : 0);
  return (
    <section className="model-runs" aria-labelledby="model-runs">
      <h2 id="model-runs">Runs by GPU</h2>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              {texts.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {numbers.map(({ column, shortName, unit }) => (
                <th key={column} scope="col" className="number">
                  {shortName} <span className="unit">{unit}</span>
                </th>
              ))}
              <th scope="col" className="number">
                Mean power <span className="unit">W</span>
              </th>
              {hasUnstable && <th scope="col">Stability</th>}
              <th scope="col">Run</th>
            </tr>
          </thead>
          {groups.map(({ gpuModel, tdpWatts, runs }) => (
            <tbody key={gpuModel}>
              <tr className="model-gpu">
                <th scope="rowgroup" colSpan={columnCount}>
                  <GpuMarkIcon shell={shell} gpuModel={gpuModel} /> {gpuModel} · {plural(runs.length, 'run')}
                  {tdpWatts !== null && ` · TDP ${counted(tdpWatts)} W`}
                </th>
              </tr>
              {runs.map((run) => (
                <tr key={run.id}>
                  <td>{gpusOf(run)}</td>
                  {hasParallelism && <td>{run.parallelism || 'none'}</td>}
                  {sizes.size > 1 && <td>{sizeOf(run)}</td>}
                  {numbers.map((measure) => (
                    <td key={measure.column} className="number">
                      {measure === batch ? counted(valueOf(measure, run)) : measured(valueOf(measure, run))}
                    </td>
                  ))}
                  <td className="number">{measured(numberOf(run, 'avgPowerWatts'))}</td>
                  {hasUnstable && <td>{<Stability run={run} />}</td>}
                  <td>
                    <Link to="run" state={{ id: run.id }} aria-label={`Run on ${gpusOf(run)} at batch ${counted(valueOf(batch, run))}`}>
                      Run
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </section>
  );
}

function Stability({ run }: { run: Run }) {
  const reason = instabilityOf(run);
  if (reason === null) return <span className="muted">stable</span>;
  return (
    <>
      <span className="model-badge">unstable</span> <code>{reason}</code>
    </>
  );
}

/** Resolution, steps and frames of a diffusion run: `1,024 × 1,024, 40 steps`. */
function sizeOf(run: Run): string {
  const [height, width, steps, frames] = ['height', 'width', 'inferenceSteps', 'numFrames'].map((field) => fieldOf(run, field));
  if (typeof height !== 'number' || typeof width !== 'number') return '';
  const parts = [`${counted(width)} × ${counted(height)}`];
  if (typeof steps === 'number') parts.push(`${counted(steps)} steps`);
  if (typeof frames === 'number') parts.push(`${counted(frames)} frames`);
  return parts.join(', ');
}
