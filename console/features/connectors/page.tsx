/** The connectors: a card each, with its state and what connects or disconnects it. */
import ContentLayout from '@cloudscape-design/components/content-layout';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { listConnectors } from '../../../lib/api/connectors.ts';
import { useRead } from '../../data/read.ts';
import { useWords } from '../../messages/language.ts';
import { NotFresh } from '../../ui/freshness.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Problem } from '../../ui/problem.tsx';
import { ConnectorCard } from './card.tsx';
import { connectorWords } from './words.ts';

const REFRESH_MS = 5_000;

export const ConnectorsPage = () => {
  const t = useWords(connectorWords);
  const { data, error, dataUpdatedAt, refetch } = useRead(listConnectors, {}, { everyMs: REFRESH_MS });
  const retry = (): void => void refetch();
  return (
    <ContentLayout header={<PageHeader title={t.title} />}>
      <SpaceBetween size="l">
        {!data && error && <Problem error={error} onRetry={retry} />}
        {!data && !error && <Skeleton height="10em" />}
        {data && <NotFresh error={error} readAt={dataUpdatedAt} onRetry={retry} />}
        {data?.items.map((connector) => (
          <ConnectorCard key={connector.name} connector={connector} />
        ))}
      </SpaceBetween>
    </ContentLayout>
  );
};
