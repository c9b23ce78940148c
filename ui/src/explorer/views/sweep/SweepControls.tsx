// Controls of the sweep: model, configuration, latency statistic and unit of energy.
import { plural } from '../../data/format';
import type { Configuration } from '../../data/configurations';
import { type RunTable } from '../../data/shell';
import type { EnergyUnit, LatencyStatistic, ViewState } from '../../state/parameters';
import type { Change } from '../../state/useViewState';
import type { ModelChoice } from './models';

interface ModelSelectProps {
  models: readonly ModelChoice[];
  current: string;
  onChoose: (modelId: string) => void;
}

export function ModelSelect({ models, current, onChoose }: ModelSelectProps) {
  const names = models.map(({ nickname }) => nickname);
  return (
    <label className="sweep-select">
      <span>Model</span>
      <select value={current} onChange={(event) => onChoose(event.target.value)}>
        {!models.some(({ modelId }) => modelId === current) && <option value={current}>{current}</option>}
        {models.map(({ modelId, nickname, runCount }) => (
          <option key={modelId} value={modelId}>
            {names.indexOf(nickname) === names.lastIndexOf(nickname) ? nickname : `${nickname} (${modelId})`} · {plural(runCount, 'run')}
          </option>
        ))}
      </select>
    </label>
  );
}

interface ConfigurationSelectProps {
  configurations: readonly Configuration[];
  current: Configuration;
  onChoose: (configuration: Configuration) => void;
}

/** Choice of the configuration, where a model has several; a sweep does not mix them. */
export function ConfigurationSelect({ configurations, current, onChoose }: ConfigurationSelectProps) {
  return (
    <label className="sweep-select">
      <span>Configuration</span>
      <select
        value={current.key}
        onChange={(event) => {
          const chosen = configurations.find(({ key }) => key === event.target.value);
          if (chosen) onChoose(chosen);
        }}
      >
        {configurations.map(({ key, label, runCount }) => (
          <option key={key} value={key}>
            {label} · {plural(runCount, 'run')}
          </option>
        ))}
      </select>
    </label>
  );
}

const LATENCIES: readonly [LatencyStatistic, string][] = [
  ['p50', 'Median'],
  ['p90', 'p90'],
  ['p95', 'p95'],
  ['p99', 'p99'],
];
const ENERGIES: readonly [EnergyUnit, string][] = [
  ['token', 'Per token'],
  ['request', 'Per response'],
];

interface MeasureSelectsProps {
  table: RunTable;
  state: ViewState;
  change: (change: Change) => void;
}

/** Diffusion runs have one latency and one unit of energy. */
export function MeasureSelects({ table, state, change }: MeasureSelectsProps) {
  if (table === 'diffusion') return null;
  return (
    <>
      <label className="sweep-select">
        <span>ITL</span>
        <select value={state.latency ?? 'p50'} onChange={(event) => change({ latency: event.target.value as LatencyStatistic })}>
          {LATENCIES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label className="sweep-select">
        <span>Energy</span>
        <select value={state.energy ?? 'token'} onChange={(event) => change({ energy: event.target.value as EnergyUnit })}>
          {ENERGIES.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
