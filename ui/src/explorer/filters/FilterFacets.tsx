// All facets of the loaded runs; each click applies at once, and is undone by Back.
import { useId } from 'react';

import { counted, plural } from '../data/format';
import { filtered } from '../data/ranking';
import { tableOf } from '../data/shell';
import type { StabilityChoice } from '../state/parameters';
import { STABILITY_TEXTS } from './ActiveFilters';
import { type Facet, facetsOf, toggled, type ValuesFacet } from './facets';
import type { FilterBarProps } from './FilterBar';
import { titleOf } from './labels';
import { RangeControl } from './RangeControl';

/** More values than this are listed one below the other. */
const MOST_IN_A_ROW = 6;

export function FilterFacets({ shell, task, runs, state, change }: FilterBarProps) {
  const { filters } = state;
  const facets = facetsOf(shell, task, runs, filters);
  const measuredFacets = facets.filter(isMeasured);
  const matching = filtered(runs, filters, shell, tableOf(task)).length;
  return (
    <>
      <p className="muted" aria-live="polite">
        {counted(matching)} of {plural(runs.length, 'run')} of {task.displayName} match.{' '}
        {Object.keys(filters).length > 0 && (
          <button type="button" className="link-button" onClick={() => change({ page: undefined, filters: {} })}>
            Remove all filters
          </button>
        )}
      </p>
      {tableOf(task) === 'llm' && (
        <StabilityFacet chosen={state.stability ?? 'stable'} choose={(stability) => change({ page: undefined, stability })} />
      )}
      {facets
        .filter((facet) => !isMeasured(facet))
        .map((facet) => (
          <FacetControl key={facet.column.name} facet={facet} state={state} change={change} />
        ))}
      {measuredFacets.length > 0 && (
        <details className="filter-measured" open={measuredFacets.some(({ column }) => filters[column.name] !== undefined)}>
          <summary>Ranges of measured values</summary>
          {measuredFacets.map((facet) => (
            <FacetControl key={facet.column.name} facet={facet} state={state} change={change} />
          ))}
        </details>
      )}
    </>
  );
}

function FacetControl({ facet, state, change }: { facet: Facet } & Pick<FilterBarProps, 'state' | 'change'>) {
  const { column } = facet;
  const isWithUnit = column.unit !== null && column.type === 'float';
  return (
    <fieldset className="filter-facet" data-column={column.name}>
      <legend title={column.description.replaceAll('`', '')}>
        {titleOf(column.name)} {isWithUnit && <span className="muted">{column.unit}</span>}
      </legend>
      {facet.kind === 'range' ? (
        <RangeControl facet={facet} filters={state.filters} change={change} />
      ) : (
        <ValueBoxes facet={facet} toggle={(value) => change({ page: undefined, filters: toggled(state.filters, facet, value) })} />
      )}
    </fieldset>
  );
}

function ValueBoxes({ facet, toggle }: { facet: ValuesFacet; toggle: (value: string) => void }) {
  return (
    <div className="filter-values" data-long={facet.values.length > MOST_IN_A_ROW}>
      {facet.values.map(({ value, text, count, isChosen }) => (
        <label key={value} className={count === 0 ? 'muted' : undefined}>
          <input type="checkbox" checked={isChosen} onChange={() => toggle(value)} /> {text} <span className="filter-count">{counted(count)}</span>
        </label>
      ))}
    </div>
  );
}

function StabilityFacet({ chosen, choose }: { chosen: StabilityChoice; choose: (stability: StabilityChoice) => void }) {
  const name = useId();
  return (
    <fieldset className="filter-facet">
      <legend>Stability of the steady state</legend>
      <div className="filter-values">
        {(Object.keys(STABILITY_TEXTS) as StabilityChoice[]).map((stability) => (
          <label key={stability}>
            <input type="radio" name={name} checked={stability === chosen} onChange={() => choose(stability)} /> {capitalized(STABILITY_TEXTS[stability])}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Ranges of measured values are folded away: there are many, and the slider covers the most wanted one. */
function isMeasured(facet: Facet): boolean {
  return facet.kind === 'range' && facet.values.length === 0;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
