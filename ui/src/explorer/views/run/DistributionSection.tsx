// Distributions of a run of a language model: inter-token latencies and output lengths.
import { useCallback, useMemo, useRef } from 'react';

import { type Bin, binsOf, mergedByRatio } from '../../charts/histogram/bins';
import { Histogram, type Mark } from '../../charts/histogram/Histogram';
import { counted, measured } from '../../data/format';
import { useLoaded } from '../../data/loading';
import { ChartFigure } from '../../parts/ChartFigure';
import { Failure, LoadingNote, Nothing } from '../../parts/states';
import { ValueTable } from '../../parts/ValueTable';
import { type Distributions, loadDistributions, type Reason } from './loadCurves';
import type { RunFacts } from './loadRun';
import { mayRecover, sentenceOf } from './reasons';

interface DistributionSectionProps {
  run: RunFacts;
  isTable: boolean;
  onToggle: (isTable: boolean) => void;
}

const LATENCY_BINS = 40;
const MILLISECONDS = 1000;

export function DistributionSection({ run, isTable, onToggle }: DistributionSectionProps) {
  const isRetry = useRef(false);
  const loading = useLoaded(run.id, (signal) => {
    const refresh = isRetry.current;
    isRetry.current = false;
    return loadDistributions(run.id, signal, refresh);
  });
  const retry = useCallback(() => {
    isRetry.current = true;
    loading.retry();
  }, [loading.retry]);
  const shown = { retry, isTable, onToggle };
  return (
    <div className="run-columns even" data-loading={loading.isLoading}>
      {loading.error && <Failure error={loading.error} retry={retry} />}
      {loading.isLoading && <LoadingNote what="the distributions" />}
      {loading.data && (
        <>
          <LatencyHistogram latencies={loading.data.latencies} {...shown} />
          <LengthHistogram lengths={loading.data.lengths} {...shown} />
        </>
      )}
    </div>
  );
}

interface ShownProps {
  retry: () => void;
  isTable: boolean;
  onToggle: (isTable: boolean) => void;
}

function LatencyHistogram({ latencies: { value, reason }, ...shown }: ShownProps & Pick<Distributions, 'latencies'>) {
  const data = useMemo(() => {
    if (value === null) return null;
    const [median = NaN, p99 = NaN] = value.percentiles.map((seconds) => seconds * MILLISECONDS);
    const bins = mergedByRatio(binsOf(value.histogram, MILLISECONDS), LATENCY_BINS);
    const marks = [
      { label: `Median ${measured(median)} ms`, value: median },
      { label: `p99 ${measured(p99)} ms`, value: p99 },
    ];
    return { bins, marks };
  }, [value]);
  return (
    <Distribution
      {...shown}
      id="run-latencies"
      heading="Inter-token latency"
      what="distribution of latencies"
      reason={reason}
      total={value?.count ?? 0}
      unit="ms"
      axisTitle="Inter-token latency (ms, log)"
      shareTitle="Share of tokens"
      counted="tokens"
      isLog
      caption={value && `${counted(value.count)} latencies; mean ${measured(value.mean * MILLISECONDS)} ms.`}
      data={data}
    />
  );
}

function LengthHistogram({ lengths: { value, reason }, ...shown }: ShownProps & Pick<Distributions, 'lengths'>) {
  const data = useMemo(
    () => value && { bins: binsOf(value.histogram), marks: [{ label: `Mean ${measured(value.mean)} tokens`, value: value.mean }] },
    [value],
  );
  return (
    <Distribution
      {...shown}
      id="run-lengths"
      heading="Output length"
      what="distribution of output lengths"
      reason={reason}
      total={value?.count ?? 0}
      unit="tokens"
      axisTitle="Output length (tokens)"
      shareTitle="Share of requests"
      counted="requests"
      isLog={false}
      caption={value && `${counted(value.count)} requests that succeeded.`}
      data={data}
    />
  );
}

interface DistributionProps extends ShownProps {
  id: string;
  heading: string;
  what: string;
  reason: Reason | null;
  total: number;
  unit: string;
  axisTitle: string;
  shareTitle: string;
  counted: string;
  isLog: boolean;
  caption: string | null;
  data: { bins: readonly Bin[]; marks: readonly Mark[] } | null;
}

function Distribution({ id, heading, what, reason, total, unit, axisTitle, shareTitle, counted: things, isLog, caption, data, retry, isTable, onToggle }: DistributionProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {data && caption && (
        <ChartFigure
          caption={caption}
          isTable={isTable}
          onToggle={onToggle}
          chart={<Histogram bins={data.bins} marks={data.marks} total={total} title={axisTitle} shareTitle={shareTitle} isLog={isLog} />}
          table={
            <ValueTable
              caption={heading}
              columns={[
                { name: 'From', unit, isNumber: true, cell: ({ from }) => measured(from) },
                { name: 'To', unit, isNumber: true, cell: ({ to }) => measured(to) },
                { name: 'Number', unit: things, isNumber: true, cell: ({ count }) => counted(count) },
                { name: shareTitle, unit: '%', isNumber: true, cell: ({ count }) => measured((100 * count) / total) },
              ]}
              rows={data.bins}
              keyOf={({ from }) => String(from)}
            />
          }
        />
      )}
      {reason && (
        <Nothing actions={mayRecover(reason) && <button type="button" className="button" onClick={retry}>Retry</button>}>{sentenceOf(what, reason)}</Nothing>
      )}
    </section>
  );
}
