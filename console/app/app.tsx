/** The pages behind their addresses, each loaded when it is first shown. */
import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { type ComponentType, lazy, Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { LiveProvider } from '../live/context.tsx';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { Gone } from '../ui/detail.tsx';
import { NoticesProvider } from '../ui/notices.tsx';
import { Boundary } from './boundary.tsx';
import { Notifier } from './notifier.tsx';
import { PAGES, START } from './pages.ts';
import { Shell } from './shell.tsx';
import { appWords } from './words.ts';

const lazily = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

/** Made once: a component that is made anew at each render would lose what it holds. */
const ROUTES = PAGES.map((page) => ({ ...page, Page: lazily(page.load) }));

const NotFound = () => {
  const t = useWords(appWords);
  return (
    <Gone title={t.notFoundTitle} to={START} toLabel={t.nav.requests}>
      {t.notFoundText}
    </Gone>
  );
};

const Loading = () => {
  const t = useWords(common);
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> <Box variant="span">{t.loading}</Box>
    </Box>
  );
};

const Pages = () => {
  const { may } = useSignedIn();
  return (
    <Switch>
      <Route path="/">
        <Redirect to={START} replace />
      </Route>
      {ROUTES.filter(({ role }) => role === undefined || may(role)).map(({ path, Page }) => (
        <Route key={path} path={path} component={Page} />
      ))}
      <Route component={NotFound} />
    </Switch>
  );
};

export const App = () => (
  <Router base="/console">
    <NoticesProvider>
      <LiveProvider>
        <Notifier />
        <Shell>
          <Boundary>
            <Suspense fallback={<Loading />}>
              <Pages />
            </Suspense>
          </Boundary>
        </Shell>
      </LiveProvider>
    </NoticesProvider>
  </Router>
);
