// Storage of GraphiQL, with the theme under the key of the other pages: a theme chosen on one page applies to all.
import { useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

import { chosenTheme, THEME_KEY } from '../explorer/state/theme';

const GRAPHIQL_KEY = 'graphiql:theme';

function storedKey(key: string): string {
  return key === GRAPHIQL_KEY ? THEME_KEY : key;
}

function applyTheme(): void {
  const theme = chosenTheme();
  if (theme === null) delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** What GraphiQL reads and writes. */
export const themeStorage = {
  get length(): number {
    return localStorage.length;
  },
  getItem: (key: string): string | null => localStorage.getItem(storedKey(key)),
  setItem(key: string, value: string): void {
    localStorage.setItem(storedKey(key), value);
    if (key === GRAPHIQL_KEY) applyTheme();
  },
  removeItem(key: string): void {
    localStorage.removeItem(storedKey(key));
    if (key === GRAPHIQL_KEY) applyTheme();
  },
  clear(): void {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('graphiql:')) localStorage.removeItem(key);
    }
  },
};

/** Follows a theme that is chosen in another tab. */
export function ThemeOfOtherTabs(): null {
  const { setTheme } = useGraphiQLActions();
  useEffect(() => {
    const follow = ({ key }: StorageEvent) => {
      if (key === THEME_KEY) setTheme(chosenTheme());
    };
    addEventListener('storage', follow);
    return () => removeEventListener('storage', follow);
  }, [setTheme]);
  return null;
}
