// Choices of the first view beside the deadline: statistic of the latency, and unit of energy.
import type { EnergyUnit, LatencyStatistic, ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';

interface OptionsProps {
  state: ViewState;
  change: (change: Change) => void;
}

const STATISTICS: Record<LatencyStatistic, string> = {
  p50: 'Median inter-token latency',
  p90: 'p90 inter-token latency',
  p95: 'p95 inter-token latency',
  p99: 'p99 inter-token latency',
};
const UNITS: Record<EnergyUnit, string> = { token: 'per token', request: 'per response' };

/** The deadline applies to this statistic. */
export function StatisticSelect({ state, change }: OptionsProps) {
  return (
    <select
      className="explore-statistic"
      aria-label="Statistic of the latency"
      value={state.latency ?? 'p50'}
      onChange={({ target }) => change({ latency: target.value as LatencyStatistic })}
    >
      {options(STATISTICS)}
    </select>
  );
}

/** Language models only: images and videos have one unit. */
export function Options({ isLlm, state, change }: OptionsProps & { isLlm: boolean }) {
  if (!isLlm) return null;
  return (
    <div className="explore-options">
      <label>
        Energy{' '}
        <select value={state.energy ?? 'token'} onChange={({ target }) => change({ energy: target.value as EnergyUnit })}>
          {options(UNITS)}
        </select>
      </label>
    </div>
  );
}

function options(texts: Readonly<Record<string, string>>) {
  return Object.entries(texts).map(([value, text]) => (
    <option key={value} value={value}>
      {text}
    </option>
  ));
}
