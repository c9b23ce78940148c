// What is known of a pair: both runs in full precision, with links.
import { detailsOf } from '../../data/matched';
import { counted, full, percentage } from '../../data/format';
import { changeText, type Group } from '../../data/pair-groups';
import { type PairRun, pairValue } from '../../data/pairs';
import { gpusOf } from '../../data/runs';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import type { PairRow, PairsLayout } from './layout';

interface PairTooltipProps {
  group: Group;
  row: PairRow;
  layout: PairsLayout;
  isPinned: boolean;
  onClose: () => void;
}

const HEIGHT = 190;
const WIDTH = 360;

export function PairTooltip({ group, row, layout, isPinned, onClose }: PairTooltipProps) {
  const { shell, measures, sides } = group;
  const { pair, name } = row;
  const isAbove = row.top + row.height + HEIGHT > layout.height && row.top > HEIGHT;
  const left = Math.max(0, Math.min((row.baselineX + row.candidateX) / 2 - WIDTH / 2, layout.width - WIDTH));
  const lines: readonly [string, (run: PairRun) => string][] = [
    ['GPUs', gpusOf],
    ['Parallelism', ({ parallelism }) => parallelism || 'none'],
    [measures.batch.shortName, (run) => counted(pairValue(measures.batch, run))],
    [`${measures.latency.shortName} (${measures.latency.unit})`, (run) => full(pairValue(measures.latency, run))],
    [`${measures.energy.shortName} (${measures.energy.unit})`, (run) => full(pairValue(measures.energy, run))],
  ];
  const runs = [pair.candidate, pair.baseline];
  return (
    <div
      className="pairs-tooltip"
      role="tooltip"
      data-pinned={isPinned}
      style={{ left, width: Math.min(WIDTH, layout.width), ...(isAbove ? { bottom: layout.height - row.top + 2 } : { top: row.top + row.height + 2 }) }}
    >
      <p>
        <b>{name}</b> <span className="muted">{detailsOf(pair.baseline).join(' · ')}</span>
      </p>
      <p>
        {changeText(pair.energyChange, sides)}
        {pair.latencyChange !== null && <span className="muted">; latency {percentage(pair.latencyChange)}</span>}
      </p>
      <table>
        <thead>
          <tr>
            <td />
            {runs.map(({ id, gpuModel }) => (
              <th key={id} scope="col">
                <GpuMarkIcon shell={shell} gpuModel={gpuModel} /> {gpuModel}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([title, textOf]) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {runs.map((run) => (
                <td key={run.id}>{textOf(run)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isPinned && (
        <p className="pairs-tooltip-links">
          {runs.map(({ id, gpuModel }) => (
            <Link key={id} to="run" state={{ id }}>
              Open run on {gpuModel}
            </Link>
          ))}
          <button type="button" className="link-button" onClick={onClose}>
            Close
          </button>
        </p>
      )}
    </div>
  );
}
