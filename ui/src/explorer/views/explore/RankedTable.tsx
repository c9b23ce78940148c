// The best run of each model within the deadline, by energy.
import { useState } from 'react';

import { deadlineText } from '../../data/deadline';
import { counted, measured, middleEllipsis, ratio } from '../../data/format';
import { valueOf } from '../../data/measures';
import type { Ranked } from '../../data/ranking';
import { fieldOf, gpusOf, type Run } from '../../data/runs';
import { type Shell, tableOf } from '../../data/shell';
import { GpuMarkIcon } from '../../parts/GpuMarkIcon';
import { Link } from '../../parts/Link';
import { CompareBar, MOST_COMPARED } from './CompareBar';
import type { Explored } from './explored';

interface RankedTableProps {
  shell: Shell;
  explored: Explored;
  /** Id of the model that is highlighted here and on the plane. */
  highlighted: string | null;
  onHighlight: (modelId: string | null) => void;
}

export function RankedTable({ shell, explored, highlighted, onHighlight }: RankedTableProps) {
  const { ranked, deadline, task, measures } = explored;
  const { latency, energy, batch } = measures;
  /** Chosen models; null without the column of checkboxes. */
  const [compared, setCompared] = useState<readonly string[] | null>(null);
  const toggle = (modelId: string) => setCompared((chosen) => (chosen?.includes(modelId) ? chosen.filter((each) => each !== modelId) : [...(chosen ?? []), modelId]));
  const condition = deadline === null ? 'best run' : `best run within ${deadlineText(deadline, latency)}`;
  return (
    <section className="ranked" aria-label="Best run of each model">
      <table className="table ranked-table">
        <caption className="visually-hidden">
          {task.displayName}: {condition} of each model, by energy
        </caption>
        <thead>
          <tr>
            {compared && (
              <th scope="col">
                <span className="visually-hidden">Compare</span>
              </th>
            )}
            <th scope="col" className="number">
              #
            </th>
            <th scope="col">
              Model<span className="phone-only">, {condition}</span>
            </th>
            <th scope="col" className="wide-only">
              GPUs
            </th>
            <th scope="col" className="number wide-only">
              {batch.shortName}
            </th>
            <th scope="col" className="number wide-only">
              {latency.shortName} <span className="unit">{latency.unit}</span>
            </th>
            <th scope="col" className="number" aria-sort="ascending">
              <span className="wide-only">{energy.shortName} </span>
              <span className="unit">
                {energy.unit} <span aria-hidden="true">▲</span>
              </span>
            </th>
            <th scope="col" className="number wide-only">
              vs. #1
            </th>
            <th scope="col" className="wide-only">
              <span className="visually-hidden">Run</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ranked.map((each) => (
            <Row
              key={each.run.modelId}
              {...{ shell, explored, onHighlight }}
              ranked={each}
              isHighlighted={highlighted === each.run.modelId}
              compared={compared}
              onToggle={toggle}
            />
          ))}
        </tbody>
      </table>
      <CompareBar task={task} chosen={compared} onChange={setCompared} />
    </section>
  );
}

interface RowProps extends Pick<RankedTableProps, 'shell' | 'explored' | 'onHighlight'> {
  ranked: Ranked;
  isHighlighted: boolean;
  compared: readonly string[] | null;
  onToggle: (modelId: string) => void;
}

function Row({ shell, explored: { task, measures }, ranked: { rank, run, multiple }, isHighlighted, onHighlight, compared, onToggle }: RowProps) {
  const { latency, energy, batch } = measures;
  const isChosen = compared?.includes(run.modelId) ?? false;
  const name = middleEllipsis(run.nickname);
  const generation = tableOf(task) === 'diffusion' ? generationText(run) : '';
  const detail = [gpusOf(run), `batch ${counted(valueOf(batch, run))}`, `${measured(valueOf(latency, run))} ${latency.unit}`].join(' · ');
  return (
    <tr
      data-run={run.id}
      data-highlighted={isHighlighted}
      onPointerEnter={() => onHighlight(run.modelId)}
      onPointerLeave={() => onHighlight(null)}
      onFocus={() => onHighlight(run.modelId)}
      onBlur={() => onHighlight(null)}
    >
      {compared && (
        <td className="ranked-choice">
          <label>
            <input
              type="checkbox"
              aria-label={`Compare ${run.nickname}`}
              checked={isChosen}
              disabled={!isChosen && compared.length >= MOST_COMPARED}
              onChange={() => onToggle(run.modelId)}
            />
          </label>
        </td>
      )}
      <td className="number muted">{rank}</td>
      <td className="ranked-model">
        <Link to="model" state={{ id: run.modelId, task: task.name }} title={run.nickname} {...(name === run.nickname ? {} : { 'aria-label': run.nickname })}>
          {name}
        </Link>
        <span className="ranked-detail phone-only">{detail}</span>
        {generation && <span className="ranked-detail">{generation}</span>}
      </td>
      <td className="wide-only ranked-gpus">
        <GpuMarkIcon shell={shell} gpuModel={run.gpuModel} /> {gpusOf(run)}
        {run.parallelism && <span className="ranked-detail">{run.parallelism}</span>}
      </td>
      <td className="number wide-only">{counted(valueOf(batch, run))}</td>
      <td className="number wide-only">{measured(valueOf(latency, run))}</td>
      <td className="number ranked-energy">
        <b>{measured(valueOf(energy, run))}</b>
        <RunLink run={run} className="phone-only" />
      </td>
      <td className="number muted wide-only">{ratio(multiple)}</td>
      <td className="wide-only">
        <RunLink run={run} />
      </td>
    </tr>
  );
}

function RunLink({ run, className }: { run: Run; className?: string }) {
  return (
    <Link to="run" state={{ id: run.id }} className={className} aria-label={`Run of ${run.nickname}`}>
      Run
    </Link>
  );
}

/** What a diffusion model generated, which energy depends on: `1024×1024 · 28 steps`. */
function generationText(run: Run): string {
  const [width, height, steps, frames] = ['width', 'height', 'inferenceSteps', 'numFrames'].map((field) => fieldOf(run, field));
  return [width && height ? `${width}×${height}` : '', frames ? `${frames} frames` : '', steps ? `${steps} steps` : ''].filter(Boolean).join(' · ');
}
