// GraphiQL plugin with the list of example queries; a click shows the tab of an example, or opens a new tab.
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import { type Example, examples } from './examples';

export const examplesPlugin: GraphiQLPlugin = { title: 'Example queries', icon: BookmarkIcon, content: ExampleList };

function ExampleList() {
  const { addTab, changeTab } = useGraphiQLActions();
  const tabs = useGraphiQL((state) => state.tabs);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const open = ({ query }: Example) => {
    const opened = tabs.findIndex((tab) => tab.query === query);
    if (opened >= 0) {
      changeTab(opened);
    } else {
      addTab();
      // The editor updates the tab, as it does after typing.
      queryEditor?.setValue(query);
    }
    queryEditor?.focus();
  };
  return (
    <section aria-label="Example queries">
      <div className="graphiql-doc-explorer-title">Example queries</div>
      <ul className="examples">
        {examples.map((example) => (
          <li key={example.title}>
            <button type="button" className="graphiql-un-styled" onClick={() => open(example)}>
              {example.title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function BookmarkIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden="true">
      <path d="M6 3.5h12a.5.5 0 0 1 .5.5v16.5L12 16l-6.5 4.5V4a.5.5 0 0 1 .5-.5Z" strokeLinejoin="round" />
    </svg>
  );
}
