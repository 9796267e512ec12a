/** The pages behind their addresses, each loaded when it is first shown. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Spinner from '@cloudscape-design/components/spinner';
import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Router, Switch } from 'wouter';
import { LiveProvider } from '../live/context.tsx';
import { TitleCount } from '../live/title-count.tsx';
import { common } from '../messages/common.ts';
import { useWords } from '../messages/language.ts';
import { useSignedIn } from '../session/context.tsx';
import { NoticesProvider } from './notices.tsx';
import { PAGES, START } from './pages.ts';
import { Shell } from './shell.tsx';
import { appWords } from './words.ts';

const lazily = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }));

/** Made once: a component that is made anew at each render would lose what it holds. */
const ROUTES = PAGES.map((page) => ({ ...page, Page: lazily(page.load) }));

const NotFound = () => {
  const t = useWords(common);
  return (
    <ContentLayout header={<Header variant="h1">{t.notFoundTitle}</Header>}>
      <Box>
        {t.notFoundText} <a href={`/console${START}`}>{t.toStart}</a>
      </Box>
    </ContentLayout>
  );
};

const Failed = () => {
  const t = useWords(appWords);
  return (
    <ContentLayout header={<Header variant="h1">{t.failed}</Header>}>
      <Button onClick={() => window.location.reload()}>{t.reload}</Button>
    </ContentLayout>
  );
};

/** A page that fails leaves the frame standing. A new deployment takes the old files away, which ends here too. */
class Boundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError() {
    return { hasFailed: true };
  }
  override render() {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

const Loading = () => {
  const t = useWords(common);
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> <Box variant="span">{t.loading}</Box>
    </Box>
  );
};

export const App = () => {
  const { may } = useSignedIn();
  return (
    <Router base="/console">
      <NoticesProvider>
        <LiveProvider>
          <TitleCount />
          <Shell>
            <Boundary>
              <Suspense fallback={<Loading />}>
                <Switch>
                  <Route path="/">
                    <Redirect to={START} replace />
                  </Route>
                  {ROUTES.filter(({ role }) => role === undefined || may(role)).map(({ path, Page }) => (
                    <Route key={path} path={path} component={Page} />
                  ))}
                  <Route component={NotFound} />
                </Switch>
              </Suspense>
            </Boundary>
          </Shell>
        </LiveProvider>
      </NoticesProvider>
    </Router>
  );
};
