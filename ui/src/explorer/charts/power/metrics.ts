// Names and units of the timeline metrics, by the value of the parameter `metric`.
import type { MLEnergyTimelineMetric } from '../../../graph/generated';

export type MetricName = Lowercase<MLEnergyTimelineMetric>;

interface TimelineMetricText {
  /** Name in the choice of the metric. */
  name: string;
  /** Name in a sentence and in an axis title: `power`. */
  quantity: string;
  unit: 'W' | '°C';
  /** Whether the sum over the GPUs is a physical quantity. */
  hasSum: boolean;
}

export const METRICS: Readonly<Record<MetricName, TimelineMetricText>> = {
  power_device_instant: { name: 'GPU power, instantaneous', quantity: 'power', unit: 'W', hasSum: true },
  power_device_average: { name: 'GPU power, driver average', quantity: 'power (driver average)', unit: 'W', hasSum: true },
  power_memory_average: { name: 'Memory power, driver average', quantity: 'memory power', unit: 'W', hasSum: true },
  temperature: { name: 'Temperature', quantity: 'temperature', unit: '°C', hasSum: false },
};
export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];
export const DEFAULT_METRIC: MetricName = 'power_device_instant';

export function isMetric(name: string): name is MetricName {
  return name in METRICS;
}
