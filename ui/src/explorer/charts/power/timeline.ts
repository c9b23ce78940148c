// A timeline as drawn, and the figures of it that tables state.
import type { PowerQuery } from '../../../graph/generated';

export type Timeline = NonNullable<NonNullable<PowerQuery['run']>['timeline']>;
export type Device = Timeline['devices'][number];

export interface Figures {
  count: number;
  mean: number;
  min: number;
  max: number;
}

/** Figures of a series; a GPU has no value before its first sample. */
export function figuresOf(values: readonly (number | null)[]): Figures {
  const present = values.filter((value) => value !== null);
  const sum = present.reduce((total, value) => total + value, 0);
  return {
    count: present.length,
    mean: sum / present.length,
    min: present.reduce((least, value) => Math.min(least, value), Infinity),
    max: present.reduce((greatest, value) => Math.max(greatest, value), -Infinity),
  };
}

/** At most `count` positions of `length` points, at equal distances, with the first and the last. */
export function spread(length: number, count: number): readonly number[] {
  if (length <= count) return Array.from({ length }, (_, position) => position);
  return Array.from({ length: count }, (_, position) => Math.round((position * (length - 1)) / (count - 1)));
}

/** Most points to request for a width in pixels: two per pixel, in steps, so that resizing seldom sends a request. */
export function pointsFor(width: number): number {
  return Math.ceil(Math.max(width, 1) / 400) * 800;
}
