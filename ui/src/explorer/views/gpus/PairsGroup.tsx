// The pairs of one task: sentence, chart, and the models without a pair.
import { useRef } from 'react';

import { PairsChart } from '../../charts/pairs/PairsChart';
import { detailsOf, nounOf } from '../../data/matched';
import { deadlineText, roundedUp } from '../../data/deadline';
import { type Group, groupSentence, meaning } from '../../data/pair-groups';
import { ChartFigure } from '../../parts/ChartFigure';
import { Link } from '../../parts/Link';
import { Nothing } from '../../parts/states';
import type { Change } from '../../state/useViewState';
import { PairsTable } from './PairsTable';

interface PairsGroupProps {
  group: Group;
  domain: [number, number];
  /** Whether other tasks are on screen too, so that the task needs a heading. */
  isOneOfSeveral: boolean;
  isTable: boolean;
  change: (change: Change) => void;
  onDrawn?: (svg: SVGSVGElement) => void;
}

export function PairsGroup({ group, domain, isOneOfSeveral, isTable, change, onDrawn }: PairsGroupProps) {
  const { task, answer } = group;
  return (
    <section className="gpus-group" data-task={task.name}>
      {isOneOfSeveral && (
        <>
          <h2>{task.displayName}</h2>
          <p>{groupSentence(group)}</p>
        </>
      )}
      {answer.pairs.length > 0 ? (
        <ChartFigure
          caption={meaning(group)}
          chart={<PairsChart group={group} domain={domain} {...(onDrawn ? { onDrawn } : {})} />}
          table={<PairsTable group={group} />}
          isTable={isTable}
          onToggle={(next) => change({ as: next ? 'table' : undefined })}
        />
      ) : (
        <NoPair group={group} change={change} />
      )}
      <UnpairedList group={group} />
    </section>
  );
}

/** The state without a pair, with the least deadline that has one. */
function NoPair({ group: { deadline, measures, sides, least }, change }: { group: Group; change: (change: Change) => void }) {
  const { latency } = measures;
  const first = least && roundedUp(least.deadline);
  return (
    <Nothing
      actions={
        deadline !== null && (
          <>
            {first !== null && (
              <button type="button" className="button" onClick={() => change({ deadline: first })}>
                Set {deadlineText(first, latency)}
              </button>
            )}
            <button type="button" className="button" onClick={() => change({ deadline: 'none' })}>
              No deadline
            </button>
          </>
        )
      }
    >
      {least && first !== null
        ? `No pair meets ${deadlineText(deadline ?? NaN, latency)}. The first needs ${deadlineText(first, latency)}: ${least.run.nickname}.`
        : `No model was measured on both ${sides.baseline} and ${sides.candidate}.`}
    </Nothing>
  );
}

function UnpairedList({ group: { unpaired, task } }: { group: Group }) {
  const id = useRef(`unpaired-${task.name}`).current;
  if (unpaired.length === 0) return null;
  const noun = nounOf(unpaired.map(({ run }) => run));
  return (
    <div className="gpus-unpaired">
      <h3 id={id}>{noun === 'model' ? 'Models' : 'Configurations'} without a pair</h3>
      <ul aria-labelledby={id}>
        {unpaired.map(({ run, reason }) => (
          <li key={run.id}>
            <Link to="model" state={{ id: run.modelId, task: task.name }}>
              {run.nickname}
            </Link>{' '}
            <span className="muted">({detailsOf(run).join(' · ')})</span>: {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
