// Links from a run to other views of it and its siblings, and to the query of its power curve.
import { graphAddress, rootField } from '../../../graph/address';
import { underRootField } from '../../../graph/client';
import { PowerDocument } from '../../../graph/generated';
import type { MetricName } from '../../charts/power/metrics';
import { type TaskMeasures } from '../../data/measures';
import { Link } from '../../parts/Link';
import type { RunFacts, Sibling } from './loadRun';
import { siblingValue } from './siblings';

interface RunLinksProps {
  run: RunFacts;
  metric: MetricName;
  siblings: readonly Sibling[];
  measures: TaskMeasures;
}

export function RunLinks({ run, metric, siblings, measures }: RunLinksProps) {
  const { id, task, modelId, gpuModel, numGpus } = run;
  const other = otherToCompare(id, siblings, measures);
  const filters = { model_id: { in: [modelId] }, gpu_model: { in: [gpuModel] }, num_gpus: { in: [String(numGpus)] } };
  return (
    <nav className="run-links" aria-label="More about this run">
      <Link to="model" state={{ id: modelId, task }}>
        Model
      </Link>
      <Link to="sweep" state={{ task, model: modelId }}>
        Batch sweep
      </Link>
      <Link to="runs" state={{ task, filters }}>
        Runs with the same model and GPUs
      </Link>
      {other && (
        <Link to="compare" state={{ runs: [id, other.run.id], task }}>
          Compare with {other.name}
        </Link>
      )}
      <a href={powerQueryAddress(id, metric)}>Query of the power curve</a>
    </nav>
  );
}

/** The sibling with the least energy, or the fastest one if this run has the least energy. */
function otherToCompare(id: string, siblings: readonly Sibling[], { energy, latency }: TaskMeasures): { run: Sibling; name: string } | null {
  const least = leastOf(siblings, (sibling) => siblingValue(energy, sibling));
  if (least && least.id !== id) return { run: least, name: 'the run of least energy' };
  const fastest = leastOf(siblings, (sibling) => siblingValue(latency, sibling));
  return fastest && fastest.id !== id ? { run: fastest, name: 'the run of least latency' } : null;
}

function leastOf(siblings: readonly Sibling[], valueOf: (sibling: Sibling) => number): Sibling | null {
  let least: Sibling | null = null;
  for (const sibling of siblings) {
    if (valueOf(sibling) > 0 && (least === null || valueOf(sibling) < valueOf(least))) least = sibling;
  }
  return least;
}

function powerQueryAddress(id: string, metric: MetricName): string {
  const query = underRootField(PowerDocument.toString().trim(), rootField());
  const variables = JSON.stringify({ id, metric: metric.toUpperCase(), maxPoints: 1000 });
  return `${graphAddress()}?${new URLSearchParams({ query, variables })}`;
}
