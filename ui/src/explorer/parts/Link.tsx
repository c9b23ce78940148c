// Link to a view: relative, and without loading the page again.
import type { AnchorHTMLAttributes, MouseEvent, Ref } from 'react';
import { navigate } from 'wouter/use-browser-location';

import type { RouteName } from '../state/routes';
import { addressOf, type Change } from '../state/useViewState';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: RouteName;
  state?: Change;
  ref?: Ref<HTMLAnchorElement>;
}

export function Link({ to, state = {}, onClick, ...rest }: LinkProps) {
  const href = addressOf(to, state);
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openView(href);
  };
  return <a {...rest} href={href} onClick={follow} />;
}

/** Show another view, from its beginning. */
export function openView(href: string): void {
  const { pathname, search } = new URL(href, location.href);
  navigate(`${pathname}${search}`);
  window.scrollTo(0, 0);
}
