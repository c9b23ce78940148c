// GraphiQL plugin with the example queries by chapter; a click shows the tab of an example, or opens a new tab.
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';

import type { Example, ExampleGroup } from './examples';
import { BookmarkIcon } from './icons';
import { IS_PHONE } from './layout';

export function examplesPlugin(groups: readonly ExampleGroup[]): GraphiQLPlugin {
  const Content = () => <ExampleList groups={groups} />;
  return { title: 'Example queries', icon: BookmarkIcon, content: Content };
}

function ExampleList({ groups }: { groups: readonly ExampleGroup[] }) {
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();
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
    if (matchMedia(IS_PHONE).matches) {
      setVisiblePlugin(null); // the list covers the editor; focus there would open the keyboard
    } else {
      queryEditor?.focus();
    }
  };
  return (
    <section aria-label="Example queries">
      <div className="graphiql-doc-explorer-title">Example queries</div>
      <p className="examples-note">
        From the cookbook. Some name models of the sample: replace them with those of another dataset.
      </p>
      {groups.map(({ title, examples }) => (
        <section key={title} aria-label={title}>
          <h2 className="examples-title">{title}</h2>
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
      ))}
    </section>
  );
}
