// Colour scheme: that of the system unless one is chosen; kept in local storage, not in the URL.

export const THEME_KEY = 'mlenergy-theme';
export type Theme = 'light' | 'dark';

export function chosenTheme(): Theme | null {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return stored === 'light' || stored === 'dark' ? stored : null;
  } catch {
    return null; // storage may be forbidden
  }
}

/** The colour scheme that is shown. */
export function shownTheme(): Theme {
  return chosenTheme() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // The choice then lasts as long as the page.
  }
  document.documentElement.dataset['theme'] = theme;
}

export function applyChosenTheme(): void {
  const theme = chosenTheme();
  if (theme !== null) document.documentElement.dataset['theme'] = theme;
}
