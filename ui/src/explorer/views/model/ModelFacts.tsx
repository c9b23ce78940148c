// What is known of a model: organisation, architecture, parameters, precision.
import { counted, measured } from '../../data/format';
import type { Model } from './model';

export function ModelFacts({ model }: { model: Model }) {
  const { modelId, org, architecture, weightPrecision } = model;
  const facts: [string, string | null][] = [
    ['Model', modelId],
    ['Organisation', org],
    ['Architecture', architecture],
    ['Parameters', parametersOf(model)],
    ['Precision of the weights', weightPrecision],
  ];
  return (
    <dl className="model-facts">
      {facts
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** `117 × 10⁹, of which 5.1 × 10⁹ are active per token` in the words of the field: billions. */
function parametersOf({ totalParamsBillions: total, activatedParamsBillions: active }: Model): string | null {
  if (total === null) return null;
  const text = `${billions(total)} billion`;
  return active === null || active === total ? text : `${text}, ${billions(active)} billion active per token`;
}

function billions(value: number): string {
  return Number.isInteger(value) ? counted(value) : measured(value);
}
