// The state of a view, read from and written to the query string of its URL.
import { formatFilter, parseFilter, type Filters } from './filters';
import { escaped, list } from './lists';
import { PARAMETERS, type Parameter, ROUTES, type RouteName } from './routes';

export type LatencyStatistic = 'p50' | 'p90' | 'p95' | 'p99';
export type EnergyUnit = 'token' | 'request';
export type StabilityChoice = 'stable' | 'any' | 'unstable';

/** What the URL says; undefined where it says nothing, so that the default applies. */
export interface ViewState {
  task?: string | undefined;
  id?: string | undefined;
  model?: string | undefined;
  models?: readonly string[] | undefined;
  runs?: readonly string[] | undefined;
  q?: string | undefined;
  /** In the unit of the task's latency column. */
  deadline?: number | 'none' | undefined;
  latency?: LatencyStatistic | undefined;
  energy?: EnergyUnit | undefined;
  stability?: StabilityChoice | undefined;
  frontier?: 'all' | 'model' | undefined;
  baseline?: string | undefined;
  candidate?: string | undefined;
  metric?: string | undefined;
  /** Column name, with `-` in front for descending order. */
  sort?: string | undefined;
  cols?: readonly string[] | undefined;
  page?: number | undefined;
  as?: 'table' | undefined;
  revision?: string | undefined;
  filters: Filters;
}

export interface ParsedState {
  state: ViewState;
  /** What was ignored, as sentences for the reader. */
  notices: readonly string[];
}

type Reader = (text: string) => unknown;

/** Readers of the parameters; one returns undefined for a text that it does not admit. */
const READERS: Record<Parameter, Reader> = {
  task: string,
  id: string,
  model: string,
  models: list,
  runs: list,
  q: string,
  deadline: (text) => (text === 'none' ? 'none' : positiveNumber(text)),
  latency: oneOf('p50', 'p90', 'p95', 'p99'),
  energy: oneOf('token', 'request'),
  stability: oneOf('stable', 'any', 'unstable'),
  frontier: oneOf('all', 'model'),
  baseline: string,
  candidate: string,
  metric: string,
  sort: (text) => (/^-?[a-z0-9_]+$/.test(text) ? text : undefined),
  cols: list,
  page: (text) => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined),
  as: oneOf('table'),
  revision: string,
};

/** Values that the URL leaves out. The defaults of task, deadline and GPUs depend on the dataset. */
const DEFAULTS: Partial<Record<Parameter, unknown>> = {
  latency: 'p50',
  energy: 'token',
  stability: 'stable',
  frontier: 'all',
  page: 1,
};

/**
 * Read a query string.
 * @param columns Names of the dataset's columns, which may be filters.
 */
export function parseState(route: RouteName, search: string, columns: ReadonlySet<string>): ParsedState {
  const { parameters, filtered } = ROUTES[route];
  const state: Record<string, unknown> = {};
  const filters: Record<string, Filters[string]> = {};
  const notices: string[] = [];
  for (const [name, text] of new URLSearchParams(search)) {
    if (isParameter(name) && (parameters as readonly string[]).includes(name)) {
      const value = READERS[name](text);
      if (value !== undefined) state[name] = value;
      else notices.push(`The value “${text}” of the parameter “${name}” is not valid and was ignored.`);
    } else if (filtered && columns.has(name)) {
      const filter = parseFilter(text);
      if (filter) filters[name] = filter;
      else notices.push(`The filter “${name}=${text}” has no value and was ignored.`);
    } else if (!isParameter(name) && !columns.has(name)) {
      notices.push(`The parameter “${name}” is not known and was ignored.`);
    }
  }
  return { state: { ...state, filters } as ViewState, notices };
}

/** Write a query string, with `?` unless it is empty, in the order of `PARAMETERS`; filters by name. */
export function formatState(route: RouteName, state: ViewState, { complete = false } = {}): string {
  const { parameters, filtered } = ROUTES[route];
  const search = new URLSearchParams();
  for (const name of PARAMETERS) {
    const value = state[name];
    if (!(parameters as readonly string[]).includes(name) || value === undefined) continue;
    if (!complete && value === DEFAULTS[name]) continue;
    const text = Array.isArray(value) ? value.map(escaped).join(',') : String(value);
    if (text !== '') search.set(name, text);
  }
  if (filtered) {
    for (const name of Object.keys(state.filters).sort()) {
      const filter = state.filters[name];
      if (filter) search.set(name, formatFilter(filter));
    }
  }
  const text = readable(search);
  return text === '' ? '' : `?${text}`;
}

/** Characters that a query string may hold as they are, which keeps links readable. */
function readable(search: URLSearchParams): string {
  return search.toString().replaceAll('%2C', ',').replaceAll('%2F', '/').replaceAll('%3A', ':');
}

function isParameter(name: string): name is Parameter {
  return (PARAMETERS as readonly string[]).includes(name);
}

function string(text: string): string | undefined {
  return text === '' ? undefined : text;
}

function positiveNumber(text: string): number | undefined {
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function oneOf(...values: readonly string[]): Reader {
  return (text) => (values.includes(text) ? text : undefined);
}
