// Values of the active run of a sweep, in full.
import { counted, full } from '../../data/format';
import { type TaskMeasures, valueOf } from '../../data/measures';
import { gpusOf } from '../../data/runs';
import { Link } from '../../parts/Link';
import { type Panel, pointOf } from './panels';
import type { Active } from './SweepCharts';

interface RunTooltipProps {
  panel: Panel;
  measures: TaskMeasures;
  active: Active;
}

const DISTANCE = 14;

export function RunTooltip({ panel, measures, active: { run, isPinned } }: RunTooltipProps) {
  const point = pointOf(panel, run);
  if (!point) return null;
  const { batch, energy, latency, throughput, power } = measures;
  const across = point.x < panel.width / 2 ? { left: point.x + DISTANCE } : { right: panel.width - point.x + DISTANCE };
  const down = point.y < panel.height / 2 ? { top: point.y + DISTANCE } : { bottom: panel.height - point.y + DISTANCE };
  return (
    <div className="sweep-tooltip" style={{ ...across, ...down }} data-pinned={isPinned}>
      <b>
        {gpusOf(run)}, batch {counted(valueOf(batch, run))}
      </b>
      {run.parallelism !== '' && <span className="muted">{run.parallelism}</span>}
      <dl>
        {[energy, latency, throughput, power].map((measure) => (
          <div key={measure.column} data-current={measure.column === panel.measure.column}>
            <dt>{measure.shortName}</dt>
            <dd>
              {full(valueOf(measure, run))} {measure.unit}
            </dd>
          </div>
        ))}
      </dl>
      {isPinned && (
        <Link to="run" state={{ id: run.id }}>
          Open run
        </Link>
      )}
    </div>
  );
}
