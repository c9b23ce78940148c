// The Explorer: header, the view of the current route, and footer.
import { lazy, Suspense, type ComponentType } from 'react';
import { useLocation, useSearch } from 'wouter';

import { useShell } from './data/loading';
import { Footer } from './parts/Footer';
import { Header } from './parts/Header';
import { SampleNotice } from './parts/SampleNotice';
import { Failure, LoadingNote, Notices } from './parts/states';
import { revisionNotice } from './state/revision';
import { ROUTES, type RouteName } from './state/routes';
import type { ViewProps } from './views/contract';
import { ExploreView } from './views/ExploreView';

/** The first view is part of the shell, the others are loaded when they are opened. */
const VIEWS: Record<RouteName, ComponentType<ViewProps>> = {
  explore: ExploreView,
  runs: lazy(async () => ({ default: (await import('./views/RunsView')).RunsView })),
  gpus: lazy(async () => ({ default: (await import('./views/GpusView')).GpusView })),
  sweep: lazy(async () => ({ default: (await import('./views/SweepView')).SweepView })),
  models: lazy(async () => ({ default: (await import('./views/ModelsView')).ModelsView })),
  compare: lazy(async () => ({ default: (await import('./views/CompareView')).CompareView })),
  model: lazy(async () => ({ default: (await import('./views/ModelView')).ModelView })),
  run: lazy(async () => ({ default: (await import('./views/RunView')).RunView })),
};

export function App() {
  const [pathname] = useLocation();
  const route = routeOf(pathname);
  const shell = useShell();
  const linked = new URLSearchParams(useSearch()).get('revision');
  const revision = shell.data && revisionNotice(linked, shell.data.dataset.revision);
  const View = VIEWS[route];
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Header route={route} shell={shell.data} />
      <main id="main" className="main" tabIndex={-1}>
        {shell.data && <SampleNotice dataset={shell.data.dataset} />}
        {revision && <Notices notices={[revision]} />}
        {shell.error && <Failure error={shell.error} retry={shell.retry} />}
        {shell.isLoading && <LoadingNote what="the dataset" />}
        {shell.data && (
          <Suspense fallback={<LoadingNote what="the page" />}>
            <View shell={shell.data} />
          </Suspense>
        )}
      </main>
      {shell.data && <Footer dataset={shell.data.dataset} />}
    </>
  );
}

/** The server sends this page for the paths of its routes only, below any prefix of a proxy. */
export function routeOf(pathname: string): RouteName {
  const last = `/${pathname.split('/').at(-1) ?? ''}`;
  const found = (Object.keys(ROUTES) as RouteName[]).find((name) => ROUTES[name].path === last);
  return found ?? 'explore';
}
