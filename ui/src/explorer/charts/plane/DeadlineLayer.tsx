// The deadline: a rule, and a veil that fades the runs beyond it. The axis titles lie above the veil.
import type { LayerProps, PlaneProps } from './contract';
import { HALO } from './FrontierLayer';
import { textWidth } from './labels';

/** With the opacity of the runs, .42, this leaves .16 beyond the deadline. */
const VEIL_OPACITY = 0.62;

interface DeadlineLayerProps extends LayerProps, Pick<PlaneProps, 'deadline'> {
  label: string;
}

export function DeadlineLayer({ measures: { latency, energy }, geometry, isCompact, deadline, label }: DeadlineLayerProps) {
  const { left, right, top, bottom, height } = geometry;
  const x = deadline === null ? right : Math.min(right, Math.max(left, geometry.x(deadline)));
  const fontSize = isCompact ? 11 : 12;
  const title = { fontSize, fontWeight: 700, fill: 'var(--text)' } as const;
  const fits = x + 8 + textWidth(label, `bold ${fontSize}px ${getComputedStyle(document.body).fontFamily}`) <= right;
  return (
    <g aria-hidden="true">
      {deadline !== null && (
        <>
          <rect className="plane-veil" x={x} y={top} width={right - x} height={bottom - top} fill="var(--raised)" fillOpacity={VEIL_OPACITY} />
          <path className="plane-deadline" d={`M${x},${top - 4}V${bottom}`} stroke="var(--accent)" strokeWidth={2} />
          <text x={fits ? x + 6 : x - 6} y={top + 10} textAnchor={fits ? 'start' : 'end'} fontSize={fontSize} fontWeight={700} fill="var(--accent)" {...HALO}>
            {label}
          </text>
        </>
      )}
      <text x={left - 38} y={14} {...title}>
        {energy.name} ({energy.unit.split('/')[0]}, log)
      </text>
      <text x={right} y={height - 8} textAnchor="end" {...title}>
        {latency.name} ({latency.unit}, log) →
      </text>
    </g>
  );
}
