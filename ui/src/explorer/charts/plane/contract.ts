// What the plane is given, and what its layers share.
import type { TaskMeasures } from '../../data/measures';
import type { Ranked } from '../../data/ranking';
import type { Run } from '../../data/runs';
import type { Shell } from '../../data/shell';
import type { Geometry } from './geometry';

export interface PlaneProps {
  shell: Shell;
  measures: TaskMeasures;
  /** Every run that is drawn. */
  runs: readonly Run[];
  /** Best run of each model within the deadline. */
  ranked: readonly Ranked[];
  /** The overall frontier, or one for each model. */
  frontiers: readonly (readonly Run[])[];
  isPerModel: boolean;
  deadline: number | null;
  /** Text at the rule of the deadline. */
  deadlineLabel: string;
  /** Id of the model that is highlighted in the table and here. */
  highlighted: string | null;
  onHighlight: (modelId: string | null) => void;
  /** Called with the SVG after the first drawing. */
  onDrawn?: (svg: SVGSVGElement | null) => void;
  /** Called with the number of ranked models that have a label; null where ranks are written in the marks. */
  onLabelled?: (count: number | null) => void;
}

export interface LayerProps extends Pick<PlaneProps, 'shell' | 'measures'> {
  geometry: Geometry;
  /** Whether the plane is too narrow for labels in a gutter. */
  isCompact: boolean;
}
