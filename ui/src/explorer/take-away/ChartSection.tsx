// Downloads of the drawn chart, as SVG and PNG.
import { useEffect, useState } from 'react';

import { gpuLegend } from '../charts/gpus';
import type { Shell } from '../data/shell';
import { SAMPLE_NOTICE } from '../parts/SampleNotice';
import type { TakeAway } from './contract';
import { exportedChart, pngOf } from './export-chart';

const ATTEMPT_MILLISECONDS = 250;
const MOST_ATTEMPTS = 40;

interface ChartSectionProps {
  shell: Shell;
  takeAway: TakeAway;
  link: string;
  report: (status: string) => void;
}

export function ChartSection({ shell, takeAway, link, report }: ChartSectionProps) {
  const { charts, chartTitles, fileName, title } = takeAway;
  const drawn = charts?.().filter((chart) => chart.isConnected) ?? [];
  // The script of the charts may load later than the panel.
  const [attempts, setAttempts] = useState(0);
  const isWaiting = charts !== null && drawn.length === 0 && attempts < MOST_ATTEMPTS;
  useEffect(() => {
    if (!isWaiting) return undefined;
    const timer = setTimeout(() => setAttempts(attempts + 1), ATTEMPT_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [isWaiting, attempts]);
  if (charts === null) return null;
  const hasPixels = drawn.some((chart) => chart instanceof HTMLCanvasElement);
  const { dataset } = shell;
  const source = [
    ...(hasPixels ? [] : [`Marks: ${gpuLegend(shell)}`]),
    `Source: dataset ${dataset.name}, revision ${dataset.revision.slice(0, 12)}`,
    link,
    ...(dataset.synthetic ? [SAMPLE_NOTICE] : []),
  ];
  const download = async (format: 'svg' | 'png') => {
    try {
      const chart = exportedChart(drawn, { title, chartTitles: chartTitles?.(), notes: source });
      save(format === 'svg' ? new Blob([chart.text], { type: 'image/svg+xml' }) : await pngOf(chart), `${fileName}.${format}`);
      report(`Saved: ${fileName}.${format}.`);
    } catch (error) {
      report(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return (
    <section className="take-away-section">
      <h3>Chart</h3>
      {drawn.length === 0 ? (
        <p className="muted">The view shows a table in place of its chart.</p>
      ) : (
        <>
          <p className="actions">
            {!hasPixels && (
              <button type="button" className="button" onClick={() => void download('svg')}>
                SVG
              </button>
            )}
            <button type="button" className="button" onClick={() => void download('png')}>
              PNG
            </button>
          </p>
          <p className="muted">
            {hasPixels ? 'This chart is drawn as pixels, so there is no SVG. ' : 'PNG has twice the size on screen. '}
            Title, source and revision are drawn in.
          </p>
        </>
      )}
    </section>
  );
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // after the browser has read it
}
