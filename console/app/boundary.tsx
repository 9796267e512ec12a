/** A page that fails leaves the frame standing. A new deployment takes the old files away, which ends here too. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { Component, type ReactNode } from 'react';
import { useLocation } from 'wouter';
import { useWords } from '../messages/language.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { appWords } from './words.ts';

const Failed = () => {
  const t = useWords(appWords);
  return (
    <ContentLayout header={<PageHeader title={t.failed} />}>
      <SpaceBetween size="m">
        <Box>{t.failedText}</Box>
        <Button onClick={() => window.location.reload()}>{t.reload}</Button>
      </SpaceBetween>
    </ContentLayout>
  );
};

class Catch extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };
  static getDerivedStateFromError() {
    return { hasFailed: true };
  }
  override render() {
    return this.state.hasFailed ? <Failed /> : this.props.children;
  }
}

/** Another address is another try. */
export const Boundary = ({ children }: { children: ReactNode }) => {
  const [location] = useLocation();
  return <Catch key={location}>{children}</Catch>;
};
