// The page: a header with the dataset, and GraphiQL below it.
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';

import { rootField } from '../graph/address';
import { fetchGraphQL } from '../graph/endpoint';
import { DatasetBanner } from './DatasetBanner';
import { exampleGroups, firstExample } from './examples';
import { examplesPlugin } from './ExamplesPlugin';
import { linkedQuery } from './link';
import { LinkNotice } from './LinkNotice';
import { RequestTools } from './RequestTools';
import { orderForReaders } from './schema-order';
import { ThemeOfOtherTabs, themeStorage } from './theme-storage';

// Outside the component: GraphiQL compares plugins and tabs by identity.
const groups = exampleGroups(rootField());
const plugins = [examplesPlugin(groups), explorerPlugin({ showAttribution: false }), HISTORY_PLUGIN];
const link = linkedQuery();
const { query: firstQuery } = firstExample(groups);

// The tabs of a new visitor. Others have theirs, and a link gets a tab beside them; its variables are then given even if
// there are none, because GraphiQL would use those of the last visit.
const tabs = link === null ? [{ query: firstQuery }] : [{ query: link.query, variables: link.variables }, { query: firstQuery }];
const initial = link === null ? {} : { initialQuery: link.query, initialVariables: link.variables };

export function Page() {
  return (
    <>
      <header className="header">
        <a className="brand" href="./">
          ML.ENERGY graph
        </a>
        <nav className="navigation" aria-label="Main">
          <a href="./">Explore</a>
          <a href="./graphql" aria-current="page">
            GraphiQL
          </a>
          <a href="./docs/">Docs</a>
        </nav>
      </header>
      <main className="page-main">
        <h1 className="visually-hidden">GraphiQL: queries on the ML.ENERGY graph</h1>
        <DatasetBanner linkRevision={link?.revision ?? null} />
        <GraphiQL
          fetcher={fetchGraphQL}
          storage={themeStorage}
          plugins={plugins}
          defaultTabs={tabs}
          {...initial}
          defaultEditorToolsVisibility={link?.variables ? 'variables' : false}
          onSchemaChange={orderForReaders}
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
                <RequestTools />
                <ThemeOfOtherTabs />
              </>
            )}
          </GraphiQL.Toolbar>
          <GraphiQL.Footer>
            <LinkNotice link={link} />
          </GraphiQL.Footer>
        </GraphiQL>
      </main>
    </>
  );
}
