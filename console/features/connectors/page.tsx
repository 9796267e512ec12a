/** The connectors: a card each, with its state and what connects or disconnects it. */
import Box from '@cloudscape-design/components/box';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { listConnectors } from '../../../lib/api/connectors.ts';
import { useList } from '../../app/queries.ts';
import { useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import { ConnectorCard } from './card.tsx';
import { connectorWords } from './words.ts';

const REFRESH_MS = 5_000;

export const ConnectorsPage = () => {
  const t = useWords(connectorWords);
  const list = useList(listConnectors, {}, { everyMs: REFRESH_MS });
  const connectors = list.data?.pages.flatMap(({ items }) => items);
  return (
    <ContentLayout header={<Header variant="h1">{t.title}</Header>}>
      <SpaceBetween size="l">
        {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
        {!connectors && !list.error && <Skeleton height="10em" />}
        {connectors?.length === 0 && <Box>{t.empty}</Box>}
        {connectors?.map((connector) => (
          <ConnectorCard key={connector.name} connector={connector} />
        ))}
      </SpaceBetween>
    </ContentLayout>
  );
};
