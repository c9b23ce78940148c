// Power or temperature over time in two panels, one line per GPU and the sum, which share the cursor.
import { useId, useMemo, useState } from 'react';

import { measured } from '../../data/format';
import { LinePanel, type Line } from './LinePanel';
import { METRICS, type MetricName } from './metrics';
import { lineColors } from './palette';
import type { Timeline } from './timeline';

interface PowerPanelsProps {
  timeline: Timeline;
  metric: MetricName;
  /** Colour of the run's GPU model. */
  color: string;
}

export function PowerPanels({ timeline, metric, color }: PowerPanelsProps) {
  const { relativeTimeS, value, devices, unit, steadyState } = timeline;
  const { quantity, hasSum } = METRICS[metric];
  const [point, setPoint] = useState<number | null>(null);
  const [pinned, setPinned] = useState<number | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const syncKey = useId();
  const lines = useMemo((): readonly Line[] => {
    const colors = lineColors(devices.length, color);
    return devices.map((device, position) => ({ name: `GPU ${device.index}`, color: colors[position] ?? color, values: device.value }));
  }, [devices, color]);
  const sum = useMemo((): readonly Line[] => [{ name: 'Sum', color, values: value }], [value, color]);
  const hasPanelOfSum = hasSum && devices.length > 1;
  const isSingle = devices.length === 1;
  const emphasised = pointed ?? pinned;
  const shared = { times: relativeTimeS, fromZero: hasSum, steady: steadyState, syncKey, onPoint: setPoint };
  const time = point === null ? undefined : relativeTimeS[point];
  return (
    <div className="power-panels">
      <p className="power-title">
        <b>{isSingle ? capitalised(`${quantity} of the GPU`) : capitalised(`${quantity} per GPU`)}</b> ({unit})
        <span className="power-readout">{time !== undefined && `at ${time.toFixed(1)} s${isSingle ? `: ${measured(value[point ?? 0])} ${unit}` : ''}`}</span>
      </p>
      <LinePanel {...shared} lines={lines} height={hasPanelOfSum ? 210 : 260} emphasised={emphasised} hasTitle={!hasPanelOfSum} />
      {!isSingle && (
        <ul className="power-legend" aria-label="GPUs">
          {lines.map((line, position) => (
            <li key={line.name}>
              <button
                type="button"
                aria-pressed={pinned === position}
                onClick={() => setPinned(pinned === position ? null : position)}
                onPointerEnter={(event) => event.pointerType === 'mouse' && setPointed(position)}
                onPointerLeave={() => setPointed(null)}
              >
                <span className="power-swatch" style={{ background: line.color }} /> {line.name}
                <span className="power-value">{point === null ? '' : `${measured(line.values[point])} ${unit}`}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {hasPanelOfSum && (
        <>
          <p className="power-title">
            <b>Sum of {devices.length} GPUs</b> ({unit})
            <span className="power-readout">{point !== null && `${measured(value[point])} ${unit}`}</span>
          </p>
          <LinePanel {...shared} lines={sum} height={170} emphasised={null} hasTitle />
        </>
      )}
    </div>
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
