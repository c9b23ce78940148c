// The query of the result on screen, whether its answer has the same numbers, and programs that send it.
import { graphAddress } from '../../graph/address';
import { copyAs, languages, tableLanguages } from '../../graph/copy-as';
import { counted, plural } from '../data/format';
import type { Loading } from '../data/loading';
import type { Dataset } from '../data/shell';
import { Failure } from '../parts/states';
import { compareWithScreen } from './agreement';
import { byteLength, type MeasuredAnswer } from './answer';
import type { GraphQuery, TakeAway } from './contract';
import type { Copy } from './copying';

interface QuerySectionProps {
  dataset: Dataset;
  takeAway: TakeAway;
  answer: Loading<MeasuredAnswer>;
  copy: Copy;
}

export function QuerySection({ dataset, takeAway, answer, copy }: QuerySectionProps) {
  const { result, rows } = takeAway;
  const url = new URL(graphAddress(), location.href).href;
  const variables = JSON.stringify(result.variables, null, 2);
  return (
    <section className="take-away-section">
      <h3>Query</h3>
      <p className="actions">
        <a className="button" href={editorAddress(result)}>
          Open in GraphiQL
        </a>
      </p>
      <p className="actions" role="group" aria-label="Copy as a program">
        <span className="take-away-label">Copy as</span>
        {languages.map((language) => (
          <button key={language} type="button" className="button" onClick={() => copy(`a ${language} program with the query`, copyAs(language, { url, query: result.document, variables: result.variables }))}>
            {language}
          </button>
        ))}
        {rows &&
          tableLanguages.map((language) => (
            <button key={language} type="button" className="button" onClick={() => copy(`a ${language} program with the rows`, copyAs(language, { url, query: rows.document, variables: rows.variables }))}>
              {language}
            </button>
          ))}
      </p>
      <AnswerFacts dataset={dataset} takeAway={takeAway} answer={answer} />
      <pre className="take-away-code" tabIndex={0} aria-label="Query">
        {result.document.trimEnd()}
      </pre>
      {variables !== '{}' && (
        <>
          <h4>Variables</h4>
          <pre className="take-away-code" tabIndex={0} aria-label="Variables">
            {variables}
          </pre>
        </>
      )}
    </section>
  );
}

function AnswerFacts({ dataset, takeAway, answer }: Pick<QuerySectionProps, 'dataset' | 'takeAway' | 'answer'>) {
  const { document, variables } = takeAway.result;
  const { data } = answer;
  return (
    <>
      <dl className="take-away-facts">
        <dt>Query</dt>
        <dd>{plural(byteLength(document) + byteLength(JSON.stringify(variables)), 'byte')} with variables</dd>
        <dt>Revision</dt>
        <dd>
          <code title={dataset.revision}>{dataset.revision.slice(0, 12)}</code>
        </dd>
        <dt>Answer</dt>
        <dd>{data ? `${counted(data.bytes)} bytes` : answer.error ? 'not available' : 'Loading…'}</dd>
        {data?.digest && (
          <>
            <dt>Digest</dt>
            <dd>
              <code className="take-away-digest">{data.digest}</code>
            </dd>
          </>
        )}
      </dl>
      {answer.error && <Failure error={answer.error} retry={answer.retry} />}
      {data && <Verdict dataset={dataset} takeAway={takeAway} answer={data} />}
    </>
  );
}

/** Whether the numbers on screen are those of the answer. */
function Verdict({ dataset, takeAway, answer }: { dataset: Dataset; takeAway: TakeAway; answer: MeasuredAnswer }) {
  const { values, difference } = compareWithScreen(takeAway, answer.data);
  const isOther = answer.revision !== null && answer.revision !== dataset.revision;
  const reason = isOther ? `The server now has revision ${answer.revision}; reload the page.` : difference;
  return (
    <p className="take-away-verdict" data-agrees={reason === null}>
      {reason === null
        ? `Checked: all ${plural(values, 'value')} of ${plural(takeAway.shown.length, 'row')} on screen equal this answer.`
        : `The answer differs from the numbers on screen. ${reason}`}
    </p>
  );
}

function editorAddress({ document, variables }: GraphQuery): string {
  const search = new URLSearchParams({ query: document });
  if (Object.keys(variables).length > 0) search.set('variables', JSON.stringify(variables, null, 2));
  return `./graphql?${search}`;
}
