// Choice of the columns of the table, by group, with the unit and description that the dataset states.
import './column-chooser.css';

import type { ReactNode } from 'react';

import { loadEmptyColumns } from '../../data/emptyColumns';
import { plural } from '../../data/format';
import { useLoaded } from '../../data/loading';
import type { Shell, Task } from '../../data/shell';
import { titleOf } from '../../filters/labels';
import { SidePanel } from '../../filters/SidePanel';
import { FIRST_COLUMN, grouped, type RunColumn } from './columns';

interface ColumnChooserProps {
  shell: Shell;
  task: Task;
  columns: readonly RunColumn[];
  /** Names of the shown columns, in order. */
  shown: readonly string[];
  /** Show other columns; undefined for the default ones. */
  show: (names: readonly string[] | undefined) => void;
}

export function ColumnChooser(props: ColumnChooserProps) {
  return (
    <SidePanel button="Columns" title="Columns">
      {() => <Groups {...props} />}
    </SidePanel>
  );
}

function Groups({ shell, task, columns, shown, show }: ColumnChooserProps) {
  const { data: empty } = useLoaded(`empty columns of ${task.name}`, (signal) => loadEmptyColumns(shell, task, signal));
  const toggle = (name: string) => show(shown.includes(name) ? shown.filter((other) => other !== name) : [...shown, name]);
  return (
    <>
      <p className="muted">
        {plural(shown.length, 'column')} besides the model.{' '}
        <button type="button" className="link-button" onClick={() => show(undefined)}>
          Show the default columns
        </button>
      </p>
      {grouped(columns.filter(({ name }) => name !== FIRST_COLUMN)).map(([group, ofGroup]) => (
        <fieldset key={group} className="columns-group">
          <legend>{group}</legend>
          {ofGroup.map((column) => {
            const { name } = column;
            const isEmpty = empty?.inTask.has(name) ?? false;
            if (!isEmpty) return <Choice key={name} column={column} isShown={shown.includes(name)} toggle={() => toggle(name)} />;
            const where = empty?.inDataset.has(name) ? 'this dataset' : task.displayName;
            return <Description key={name} column={column} note={`(no values in ${where})`} />;
          })}
        </fieldset>
      ))}
    </>
  );
}

function Choice({ column, isShown, toggle }: { column: RunColumn; isShown: boolean; toggle: () => void }) {
  return (
    <label className="columns-choice">
      <input type="checkbox" checked={isShown} onChange={toggle} />
      <Description column={column} />
    </label>
  );
}

function Description({ column: { name, unit, column }, note }: { column: RunColumn; note?: string }) {
  return (
    <span className="columns-description" data-empty={note !== undefined}>
      <b>{name === 'model_id' ? 'Model id' : titleOf(name)}</b> {unit !== null && <span className="muted">{unit}</span>} {note && <span className="muted">{note}</span>}
      <span className="muted">{withCode(column.description)}</span>
    </span>
  );
}

/** A description of the dataset, in which backticks enclose names. */
function withCode(description: string): readonly ReactNode[] {
  return description.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
