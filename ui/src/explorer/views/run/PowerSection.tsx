// Power over time of a run: curves or tables, the choice of the metric, and mean and energy beneath.
import { type RefObject, useCallback, useRef } from 'react';

import { DEFAULT_METRIC, METRICS, type MetricName } from '../../charts/power/metrics';
import { PowerPanels } from '../../charts/power/PowerPanels';
import { PowerTable } from '../../charts/power/PowerTable';
import { pointsFor } from '../../charts/power/timeline';
import { counted } from '../../data/format';
import { useLoaded } from '../../data/loading';
import { ChartFigure } from '../../parts/ChartFigure';
import { Failure, LoadingNote, Nothing } from '../../parts/states';
import { useWidth } from '../../parts/useWidth';
import type { Change } from '../../state/useViewState';
import { type Curves, loadCurves } from './loadCurves';
import type { RunFacts } from './loadRun';
import { PowerNumbers } from './PowerNumbers';
import { mayRecover, sentenceOf } from './reasons';

interface PowerSectionProps {
  run: RunFacts;
  metric: MetricName;
  color: string;
  isTable: boolean;
  onToggle: (isTable: boolean) => void;
  change: (change: Change) => void;
  /** Filled with whether a timeline is on screen. */
  hasTimeline: RefObject<boolean>;
}

export function PowerSection({ run, metric, color, isTable, onToggle, change, hasTimeline }: PowerSectionProps) {
  const [box, width] = useWidth<HTMLElement>();
  const most = useRef(0); // a smaller window needs no other curve
  most.current = Math.max(most.current, width > 0 ? pointsFor(width) : 0);
  const maxPoints = isTable ? null : most.current;
  const isRetry = useRef(false);
  const key = width > 0 ? `${run.id} ${metric} ${maxPoints}` : null;
  const loading = useLoaded(key, async (signal) => {
    const refresh = isRetry.current;
    isRetry.current = false;
    return { metric, ...(await loadCurves(run.id, metric, maxPoints, signal, refresh)) };
  });
  const retry = useCallback(() => {
    isRetry.current = true;
    loading.retry();
  }, [loading.retry]);
  const { data } = loading;
  hasTimeline.current = data?.timeline.value != null;
  return (
    <section className="run-power" aria-labelledby="run-power" ref={box} data-loading={loading.isLoading}>
      <h2 id="run-power">Power over time</h2>
      {loading.error && <Failure error={loading.error} retry={retry} />}
      {loading.isLoading && <LoadingNote what="the power curve" />}
      {data?.timeline.value && (
        <>
          <MetricChoice metric={metric} metrics={data.metrics} change={change} />
          <ChartFigure
            caption={captionOf(data)}
            isTable={isTable}
            onToggle={onToggle}
            chart={<PowerPanels timeline={data.timeline.value} metric={data.metric} color={color} />}
            table={<PowerTable timeline={data.timeline.value} metric={data.metric} />}
          />
          <PowerNumbers whole={data.timeline.value} steady={data.steady?.value ?? null} hasEnergy={METRICS[data.metric].hasSum} />
          <SteadyNote run={run} curves={data} />
        </>
      )}
      {data?.timeline.reason && !loading.isLoading && (
        <Nothing
          actions={
            <>
              {mayRecover(data.timeline.reason) && (
                <button type="button" className="button" onClick={retry}>
                  Retry
                </button>
              )}
              {metric !== DEFAULT_METRIC && (
                <button type="button" className="button" onClick={() => change({ metric: undefined })}>
                  Show the power of the GPU
                </button>
              )}
            </>
          }
        >
          {sentenceOf('power curve', data.timeline.reason)}
        </Nothing>
      )}
    </section>
  );
}

function MetricChoice({ metric, metrics, change }: { metric: MetricName; metrics: readonly MetricName[]; change: (change: Change) => void }) {
  return (
    <label className="run-metric">
      <span>Metric</span>
      <select value={metric} onChange={({ target }) => change({ metric: target.value === DEFAULT_METRIC ? undefined : target.value })}>
        {metrics.map((name) => (
          <option key={name} value={name}>
            {METRICS[name].name} ({METRICS[name].unit})
          </option>
        ))}
      </select>
    </label>
  );
}

function captionOf({ timeline: { value } }: Curves): string {
  if (value === null) return '';
  const { relativeTimeS, sampleCount, steadyState, skippedCount } = value;
  const drawn = relativeTimeS.length < sampleCount ? `${counted(relativeTimeS.length)} of ${counted(sampleCount)} samples, with the extremes` : `${counted(sampleCount)} samples`;
  const steady = steadyState === null ? '' : ` Steady state: ${steadyState.start.toFixed(1)} to ${steadyState.end.toFixed(1)} s.`;
  return `${drawn}.${steady}${skippedCount > 0 ? ` ${counted(skippedCount)} unreadable samples were skipped.` : ''}`;
}

function SteadyNote({ run, curves }: { run: RunFacts; curves: Curves }) {
  if (run.__typename !== 'LLMRun' || curves.timeline.value?.steadyState !== null) return null;
  const reason = run.unstableReason || curves.steady?.reason?.text || 'the raw file does not state its bounds';
  return <p className="muted">This run has no steady state: {reason.replace(/\.?$/, '.')}</p>;
}
