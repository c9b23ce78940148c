// Entry of the page: workers first (the editor needs them), then styles, then the page.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import '../design/tokens.css';
import './page.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { Page } from './Page';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('graphiql.html has no element with the id "root"');
}
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
