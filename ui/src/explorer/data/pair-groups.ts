// The pairs of one task with what they were computed for, and the sentences about them.
import { deadlineOf, deadlineText } from './deadline';
import { nounOf } from './matched';
import { changeInWords, percentage, plural } from './format';
import { type Measure, measuresOf } from './measures';
import { loadPairs, type Pairs, type PairsChoice, type Sides } from './pairs';
import { filtered } from './ranking';
import type { Run } from './runs';
import { type Shell, tableOf, type Task } from './shell';
import { type Paired, unpairedOf } from './unpaired';
import type { ViewState } from '../state/parameters';

export interface Group extends PairsChoice, Paired {
  answer: Pairs;
}

/** Choice of the pairs of a task under a state. */
export function choiceOf(shell: Shell, task: Task, state: ViewState, runs: readonly Run[], sides: Sides): PairsChoice {
  const measures = measuresOf(task, state);
  const { filters, stability = 'stable' } = state;
  const admitted = filtered(runs, filters, shell, tableOf(task));
  const deadline = deadlineOf(state.deadline, task, admitted, measures.latency);
  return { shell, task, measures, filters, deadline, sides, stability };
}

export async function loadGroup(choice: PairsChoice, runs: readonly Run[], signal: AbortSignal): Promise<Group> {
  const { shell, task, measures, filters, deadline, sides } = choice;
  const answer = await loadPairs(choice, signal);
  const admitted = filtered(runs, filters, shell, tableOf(task));
  return { ...choice, answer, ...unpairedOf(runs, admitted, { latency: measures.latency, deadline, sides }) };
}

/** `Within 50 ms` or `Without a deadline`. */
export function conditionText(deadline: number | null, latency: Measure): string {
  return deadline === null ? 'Without a deadline' : `Within ${deadlineText(deadline, latency)}`;
}

/** The answer for one task: how often the candidate uses less energy, and the median change. */
export function groupSentence({ answer, deadline, measures, sides, unpaired }: Group): string {
  const { pairs, decreased, median } = answer;
  const noun = nounOf([...pairs.map(({ baseline }) => baseline), ...unpaired.map(({ run }) => run)]);
  const condition = conditionText(deadline, measures.latency);
  if (pairs.length === 0) return `${condition}, no ${noun} has a run on both ${sides.baseline} and ${sides.candidate}.`;
  const change = median === null ? '' : `; the ${pairs.length === 1 ? '' : 'median '}change is ${percentage(median)}`;
  const lacking = unpaired.length === 0 ? '' : ` ${plural(unpaired.length, noun)} ${unpaired.length === 1 ? 'has' : 'have'} no pair.`;
  return `${condition}, ${sides.candidate} uses less energy than ${sides.baseline} for ${decreased} of ${plural(pairs.length, noun)}${change}.${lacking}`;
}

/** The answer for several tasks: never one number over all of them. */
export function groupsSentence(groups: readonly Group[]): string {
  const [first] = groups;
  const medians = groups.flatMap(({ answer }) => answer.median ?? []);
  if (!first) return 'No task has runs.';
  const { baseline, candidate } = first.sides;
  const condition = groups.every(({ deadline }) => deadline === first.deadline) ? conditionText(first.deadline, first.measures.latency) : 'Within each task’s deadline';
  if (medians.length === 0) return `${condition}, no task has a pair of runs on ${baseline} and ${candidate}.`;
  const [least, greatest] = [Math.min(...medians), Math.max(...medians)].map(percentage);
  const range = least === greatest ? `is ${least} in each of ${plural(medians.length, 'task')}` : `lies between ${least} and ${greatest} in ${plural(medians.length, 'task')}`;
  return `${condition}, the median change of energy from ${baseline} to ${candidate} ${range}.`;
}

/** What equal latency means for these pairs. */
export function meaning({ deadline, task, measures: { latency, energy }, sides: { baseline, candidate } }: Group): string {
  const configuration = tableOf(task) === 'llm' ? 'model and precision' : 'model, precision, resolution, steps and frames';
  const join = `Each pair joins, for one ${configuration}, the run with the least ${energy.name.toLowerCase()} on ${baseline} and the one on ${candidate}`;
  if (deadline === null) return `${join}, whatever their latencies. Batch size and number of GPUs may differ.`;
  return `Equal latency means here that both runs meet the same deadline. ${join}, among the runs with a ${latency.name.toLowerCase()} of at most ${deadlineText(deadline, latency)}. Batch size, number of GPUs and the latency below the deadline may differ.`;
}

/** `73% less on B200`; small changes with one digit. */
export function changeText(change: number | null, { candidate }: Sides): string {
  if (change === null) return 'change not available';
  const percent = Math.abs(change) * 100;
  if (percent >= 0.5 || percent === 0) return changeInWords(change, candidate);
  return `${percent < 0.01 ? 'under 0.01' : Number(percent.toPrecision(1))}% ${change < 0 ? 'less' : 'more'} on ${candidate}`;
}
