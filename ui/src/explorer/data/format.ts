// Numbers as text: three significant digits below 1,000, whole numbers with separators from there.

const SIGNIFICANT = 3;
const MISSING = '–';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 17 });

/** A measured value: `0.0318`, `44.5`, `18,376`; `–` where there is none. */
export function measured(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  if (value === 0) return '0';
  if (Math.abs(value) >= 999.5) return withMinus(whole.format(value));
  const text = value.toPrecision(SIGNIFICANT);
  return withMinus(text.includes('e') ? scientific(value) : text);
}

/** A count or batch size, exact: `1,024`. */
export function counted(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? MISSING : withMinus(exact.format(value));
}

/** All digits, for tooltips: `0.031823456789`. */
export function full(value: number | null | undefined): string {
  return value === null || value === undefined || Number.isNaN(value) ? MISSING : withMinus(String(value));
}

/** A ratio: `1.4×`, `74.8×`, `120×`. */
export function ratio(value: number): string {
  if (!Number.isFinite(value)) return MISSING;
  return `${value < 99.95 ? value.toFixed(1) : whole.format(value)}×`;
}

/** A relative change in words: `32% less on B200`. */
export function changeInWords(change: number, where: string): string {
  const percent = Math.round(Math.abs(change) * 100);
  if (percent === 0) return `the same on ${where}, within 0.5%`;
  return `${whole.format(percent)}% ${change < 0 ? 'less' : 'more'} on ${where}`;
}

/** A relative change in a table: `−32%`. */
export function percentage(change: number): string {
  if (!Number.isFinite(change)) return MISSING;
  const percent = Math.round(change * 100);
  return withMinus(`${percent > 0 ? '+' : ''}${whole.format(percent)}%`);
}

/** `1 run`, `2 runs`. */
export function plural(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A name with at most `length` characters: the ends stay, since names often differ at the end. */
export function middleEllipsis(name: string, length = 29): string {
  if (name.length <= length) return name;
  const kept = length - 1;
  const start = Math.ceil(kept / 2);
  return `${name.slice(0, start).trimEnd()}…${name.slice(name.length - (kept - start)).trimStart()}`;
}

function scientific(value: number): string {
  return value.toExponential(SIGNIFICANT - 1);
}

function withMinus(text: string): string {
  return text.replace('-', '−');
}
