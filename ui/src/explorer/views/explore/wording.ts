// Sentences of the first view.
import { deadlineText, fastestOf } from '../../data/deadline';
import { counted, measured, plural } from '../../data/format';
import { valueOf } from '../../data/measures';
import { gpusOf } from '../../data/runs';
import { tableOf } from '../../data/shell';
import type { LatencyStatistic, StabilityChoice } from '../../state/parameters';
import type { Explored } from './explored';

const AT_PERCENTILE: Record<LatencyStatistic, string> = {
  p50: '',
  p90: ' at the 90th percentile',
  p95: ' at the 95th percentile',
  p99: ' at the 99th percentile',
};

const STABILITY: Record<StabilityChoice, string> = { stable: '', any: ', stable or not,', unstable: ' unstable' };

export function headlineOf(explored: Explored, statistic: LatencyStatistic = 'p50'): string {
  const { measures, deadline, ranked, runs } = explored;
  const [first] = ranked;
  if (runs.length === 0) return 'No run matches these filters.';
  if (!first) return emptySentence(explored);
  const { latency, energy, batch } = measures;
  const isLlm = tableOf(explored.task) === 'llm';
  const per = isLlm ? `per token${AT_PERCENTILE[statistic]}` : 'per batch';
  const condition = deadline === null ? 'Without a deadline' : `Within ${deadlineText(deadline, latency)} ${per}`;
  const [unit, thing] = energy.unit.split('/');
  const { run } = first;
  return `${condition}, ${run.nickname} uses the least energy: ${measured(valueOf(energy, run))} ${unit} per ${thing} on ${gpusOf(run)} at batch ${counted(valueOf(batch, run))}.`;
}

function emptySentence({ deadline, measures: { latency }, runs }: Explored): string {
  const fastest = fastestOf(runs, latency);
  const start = `No run meets ${measured(deadline)} ${latency.unit}.`;
  if (!fastest) return start;
  return `${start} The fastest takes ${measured(valueOf(latency, fastest))} ${latency.unit}: ${fastest.nickname} on ${gpusOf(fastest)}.`;
}

/** `158 of 187 runs and 12 of 12 models meet the deadline.` */
export function countSentence({ deadline, runs, meeting, ranked, modelCount }: Explored, stability: StabilityChoice = 'stable'): string {
  const kind = STABILITY[stability];
  const qualified = stability === 'unstable' ? `${kind} runs` : ` runs${kind}`;
  if (deadline === null) {
    return `${counted(runs.length)}${qualified} of ${plural(modelCount, 'model')}.`;
  }
  return `${counted(meeting.length)} of ${counted(runs.length)}${qualified} and ${counted(ranked.length)} of ${plural(modelCount, 'model')} meet the deadline.`;
}

/** What the rows of the table are. */
export function rowsSentence({ deadline }: Explored): string {
  return `Each row is the model’s lowest-energy run${deadline === null ? '' : ' within it'}.`;
}

/** What the slider's position admits, for screen readers. */
export function admittedText({ runs, meeting, ranked, modelCount }: Explored): string {
  return `${counted(meeting.length)} of ${plural(runs.length, 'run')}, ${counted(ranked.length)} of ${plural(modelCount, 'model')}`;
}

export function qualityNotice({ task }: Explored): string {
  const quality = tableOf(task) === 'llm' ? 'answer quality' : 'output quality';
  return `Models differ in ${quality}, which this benchmark does not measure.`;
}

/** Caption of the plane. */
export function planeCaption({ runs, measures, deadline, ranked }: Explored, labelled: number | null): string {
  const { latency, energy } = measures;
  const condition = deadline === null ? '' : ` within ${deadlineText(deadline, latency)}`;
  const labels = labelled !== null && labelled < ranked.length ? ` ${labelled} of ${ranked.length} labelled.` : '';
  return `${energy.name} and ${latency.name.charAt(0).toLowerCase()}${latency.name.slice(1)} of ${plural(runs.length, 'run')}, with the best run of ${plural(ranked.length, 'model')}${condition}.${labels}`;
}
