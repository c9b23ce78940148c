// Entry of the Explorer: styles, the chosen theme, then the page.
import '../design/tokens.css';
import './explorer.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './App';
import { applyChosenTheme } from './state/theme';

applyChosenTheme();
const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element with the id "root"');
}
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
