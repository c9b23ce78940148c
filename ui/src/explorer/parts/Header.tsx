// Header of every view: name, navigation, and the colour scheme.
import { useState } from 'react';

import type { Shell } from '../data/shell';
import { type RouteName, ROUTES } from '../state/routes';
import { chooseTheme, shownTheme } from '../state/theme';
import { Link } from './Link';

const LINKED = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].label !== null);

export function Header({ route, shell }: { route: RouteName; shell: Shell | null }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <header className="header">
      <Link to="explore" className="brand" onClick={close}>
        ML.ENERGY graph
      </Link>
      <button type="button" className="menu-button" aria-expanded={isOpen} aria-controls="navigation" onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">☰</span> Menu
      </button>
      <nav id="navigation" aria-label="Main" className="navigation" data-open={isOpen}>
        {LINKED.map((name) => (
          <Link key={name} to={name} aria-current={name === route ? 'page' : undefined} onClick={close}>
            {name === 'gpus' && shell ? pairLabel(shell) : ROUTES[name].label}
          </Link>
        ))}
        <span className="navigation-gap" />
        <a href="./graphql">GraphiQL</a>
        <a href="./docs/">Docs</a>
        <ThemeButton />
      </nav>
    </header>
  );
}

/** Where the dataset has two GPU models, their names say more than the name of the view. */
function pairLabel({ gpus }: Shell): string | null {
  const [one, other, third] = gpus;
  return one && other && !third ? `${other.model} vs ${one.model}` : ROUTES.gpus.label;
}

function ThemeButton() {
  const [theme, setTheme] = useState(shownTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  const choose = () => {
    chooseTheme(other);
    setTheme(other);
  };
  return (
    <button type="button" className="button" onClick={choose} aria-label={`Use the ${other} theme`}>
      <span aria-hidden="true">◐</span> Theme
    </button>
  );
}
