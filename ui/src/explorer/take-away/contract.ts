// What a view states of the picture on screen, so that it can be taken away: its query, its rows and its chart.

export interface GraphQuery {
  /** A formatted GraphQL document with one operation. */
  document: string;
  variables: Readonly<Record<string, unknown>>;
}

/** Unrounded values by field name; those of nested objects by path, such as `baseline.energyPerTokenJoules`. */
export type TakenRow = Readonly<Record<string, unknown>>;

/** A drawn chart: SVG, or pixels. */
export type DrawnChart = SVGSVGElement | HTMLCanvasElement;

export interface TakeAway {
  /** The headline of the view as text; title of the exported chart. */
  title: string;
  /** Name of downloaded files without suffix, such as `gpqa-within-50-ms`. */
  fileName: string;
  /** The query of the result on screen. */
  result: GraphQuery;
  /** The rows on screen, which the answer to `result` must contain. */
  shown: readonly TakenRow[];
  /** The rows of that answer which correspond to `shown`. */
  answered: (data: unknown) => readonly TakenRow[];
  /** Fields that identify a row. */
  keys: readonly string[];
  /** Whether `shown` has the order of the answer. */
  isOrdered: boolean;
  /**
   * The query whose one list is the rows on screen: same filters, order and columns. Its operation is named after
   * `fileName`, from which the server derives the name of the file. Null for a view without rows.
   */
  rows: GraphQuery | null;
  /** What the files have beyond the rows on screen, as a sentence. */
  rowsNote?: string | undefined;
  /** Units by column of the files: `energyPerTokenJoules: J/token`. */
  units: Readonly<Record<string, string>>;
  /** Returns the drawn charts, which are composed as they lie on the page; null for a view without any. */
  charts: (() => readonly DrawnChart[]) | null;
  /** Titles of the charts where the view has them outside of the drawings. */
  chartTitles?: (() => readonly string[]) | undefined;
}
