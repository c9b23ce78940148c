// The page: a header with the dataset, and GraphiQL below it.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';

import { CopyAsMenu } from './CopyAsMenu';
import { DatasetBanner } from './DatasetBanner';
import { fetchGraphQL } from '../graph/endpoint';
import { examples } from './examples';
import { examplesPlugin } from './ExamplesPlugin';

// Outside the component: GraphiQL compares plugins and tabs by identity.
const plugins = [examplesPlugin, explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];
const tabs = examples.map(({ query }) => ({ query }));

export function Page() {
  return (
    <>
      <header className="page-header">
        <h1>The ML.ENERGY graph</h1>
        <DatasetBanner />
      </header>
      <main className="page-main">
        <GraphiQL
          fetcher={fetchGraphQL}
          plugins={plugins}
          defaultTabs={tabs}
          defaultEditorToolsVisibility={false}
        >
          <GraphiQL.Logo>
            <span className="page-operator">{location.host}</span>
          </GraphiQL.Logo>
          <GraphiQL.Toolbar>
            {({ prettify, merge, copy }) => (
              <>
                {prettify}
                {merge}
                {copy}
                <CopyAsMenu />
              </>
            )}
          </GraphiQL.Toolbar>
        </GraphiQL>
      </main>
    </>
  );
}
