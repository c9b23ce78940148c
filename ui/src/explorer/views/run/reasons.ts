// Sentences about what a run's raw file lacks.
import type { Reason } from './loadCurves';

/** Code of the error of a raw file that could not be read; another attempt may succeed. */
export const UNREADABLE = 'RAW_DATA_UNAVAILABLE';

/** What the timeline store states instead of latencies, which only raw files have. */
const NOT_STORED = 'the timeline store keeps no inter-token latencies';

/** Why there is no power curve, or no distribution. */
export function sentenceOf(what: string, { text, code }: Reason): string {
  if (text.includes(NOT_STORED)) return 'Inter-token latencies are only in the raw files, not in the timeline store.';
  if (code === UNREADABLE) return `No ${what}: the raw file could not be read. ${code}: ${text}`;
  return `No ${what}: ${code === null ? '' : `${code}: `}${text.replace(/\.?$/, '.')}`;
}

/** Whether another attempt may succeed. */
export function mayRecover({ text, code }: Reason): boolean {
  return code !== null && !text.includes(NOT_STORED);
}
