// What every view is given.
import type { Shell } from '../data/shell';

export interface ViewProps {
  shell: Shell;
}
