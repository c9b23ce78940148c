// What a view states of the picture on screen, so that it can be taken away: its query, its rows and its chart.

export interface GraphQuery {
  /** A GraphQL document with one operation. */
  document: string;
  variables: Readonly<Record<string, unknown>>;
}

export interface TakeAway {
  /** The headline of the view as text; title of the exported chart. */
  title: string;
  /** Start of the names of downloaded files, such as `gpqa-within-50-ms`. */
  fileName: string;
  /** The query of the result on screen. */
  result: GraphQuery;
  /**
   * The query whose one list is the rows on screen: same filters, order and columns. Null for a view without rows.
   */
  rows: GraphQuery | null;
  /** Names of the columns on screen, as in the dataset, with their units: `energy_per_token_joules: J/token`. */
  units: Readonly<Record<string, string>>;
  /** The drawn chart; null for a view without one. */
  chart: (() => SVGSVGElement | null) | null;
}
