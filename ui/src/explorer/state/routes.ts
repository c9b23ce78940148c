// Routes of the Explorer and the URL parameters of each: a contract, documented in docs/explorer.md.

/** Parameters in the order in which they are written. Filters, named after dataset columns, follow them. */
export const PARAMETERS = [
  'task',
  'id',
  'model',
  'models',
  'runs',
  'q',
  'deadline',
  'latency',
  'energy',
  'stability',
  'frontier',
  'baseline',
  'candidate',
  'metric',
  'sort',
  'cols',
  'page',
  'as',
  'revision',
] as const;
export type Parameter = (typeof PARAMETERS)[number];

const SHARED: readonly Parameter[] = ['latency', 'energy', 'stability', 'as', 'revision'];

export interface Route {
  path: string;
  /** Name in the navigation; null for pages that are reached from others. */
  label: string | null;
  parameters: readonly Parameter[];
  /** Whether columns of the dataset may be filters. */
  filtered: boolean;
}

function route(path: string, label: string | null, own: readonly Parameter[], filtered = true): Route {
  return { path, label, parameters: [...own, ...SHARED], filtered };
}

export const ROUTES = {
  explore: route('/', 'Explore', ['task', 'deadline', 'frontier']),
  runs: route('/runs', 'Runs', ['task', 'sort', 'cols', 'page']),
  gpus: route('/gpus', 'GPU pairs', ['task', 'deadline', 'baseline', 'candidate']),
  sweep: route('/sweep', 'Batch size', ['task', 'model']),
  models: route('/models', 'Models', ['q', 'task', 'sort'], false),
  compare: route('/compare', 'Compare', ['models', 'runs', 'task', 'deadline']),
  model: route('/model', null, ['id', 'task'], false),
  run: route('/run', null, ['id', 'metric'], false),
} as const satisfies Record<string, Route>;
export type RouteName = keyof typeof ROUTES;

/** Paths that later pages will have. */
export const RESERVED_PATHS = ['/calculator', '/mine'] as const;
