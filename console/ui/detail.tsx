/** The frame of a page about one thing: while it loads, when it cannot be read, when it is not there, and the thing. */
import Box from '@cloudscape-design/components/box';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { ApiError } from '../../lib/api/client.ts';
import { NotFresh } from './freshness.tsx';
import { PageHeader } from './page-header.tsx';
import { PageLink } from './page-link.tsx';
import { Problem } from './problem.tsx';

/** What `useRead` gives. */
type Read<T> = { data: T | undefined; error: unknown; dataUpdatedAt: number; refetch: () => Promise<unknown> };

type GoneProps = { title: string; children: ReactNode; to: string; toLabel: string };

export const Gone = ({ title, children, to, toLabel }: GoneProps) => (
  <ContentLayout header={<PageHeader title={title} />}>
    <SpaceBetween size="m">
      <Box>{children}</Box>
      <PageLink to={to}>{toLabel}</PageLink>
    </SpaceBetween>
  </ContentLayout>
);

const isGone = (error: unknown): boolean => error instanceof ApiError && (error.status === 404 || error.status === 410);

type DetailProps<T> = {
  read: Read<T>;
  /** Shown where there is none, or none any more. */
  gone: ReactNode;
  header: (thing: T) => ReactNode;
  children: (thing: T) => ReactNode;
};

export const Detail = <T,>({ read, gone, header, children }: DetailProps<T>) => {
  const { data, error, dataUpdatedAt, refetch } = read;
  const retry = (): void => void refetch();
  if (isGone(error)) return gone;
  if (data === undefined) return error ? <Problem error={error} onRetry={retry} /> : <Skeleton height="10em" />;
  return (
    <ContentLayout header={header(data)}>
      <div className="ra-stack">
        <NotFresh error={error} readAt={dataUpdatedAt} onRetry={retry} />
        {children(data)}
      </div>
    </ContentLayout>
  );
};
