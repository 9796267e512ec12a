/** What happened to a device, newest first, by day. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { getTimeline, type TimelineEntry } from '../../../lib/api/devices.ts';
import { useList } from '../../data/read.ts';
import { common } from '../../messages/common.ts';
import { useLanguage, useWords } from '../../messages/language.ts';
import { NotFresh } from '../../ui/freshness.tsx';
import { PageLink } from '../../ui/page-link.tsx';
import { Problem } from '../../ui/problem.tsx';
import { subjectAddress } from '../../ui/subject-address.ts';
import { Sentence, Text } from '../../ui/text.tsx';
import { clockTime, dayOf, exactTime } from '../../ui/time-text.ts';
import { devicePageWords } from './device-words.ts';
import { timelineTitle } from './timeline-words.ts';

const REFRESH_MS = 10_000;

const Entry = ({ entry }: { entry: TimelineEntry }) => {
  const t = useWords(devicePageWords);
  const language = useLanguage();
  const at = Date.parse(entry.occurredAt);
  const title = timelineTitle(language, entry);
  const to = subjectAddress(entry.subject);
  const { actor } = entry;
  return (
    <li>
      <time dateTime={entry.occurredAt} title={exactTime(language, at)}>
        {clockTime(language, at)}
      </time>
      <span>
        {to === undefined || entry.subject.type === 'device' ? (
          <Text>{title}</Text>
        ) : (
          <PageLink to={to}>{title}</PageLink>
        )}
        {actor !== undefined && !title.includes(actor) && (
          <Box variant="span" color="text-body-secondary">
            {' '}
            <Sentence say={t.by} name={actor} />
          </Box>
        )}
      </span>
    </li>
  );
};

export const Timeline = ({ deviceId }: { deviceId: string }) => {
  const t = useWords(devicePageWords);
  const c = useWords(common);
  const language = useLanguage();
  const list = useList(getTimeline, { limit: '50' }, { params: { id: deviceId }, everyMs: REFRESH_MS });
  const entries = list.data?.pages.flatMap(({ items }) => items);
  const retry = (): void => void list.refetch();
  const days = Map.groupBy(entries ?? [], ({ occurredAt }) => dayOf(language, Date.parse(occurredAt)));
  return (
    <Container header={<Header variant="h2">{t.timeline}</Header>}>
      <SpaceBetween size="m">
        {!entries && list.error && <Problem error={list.error} onRetry={retry} />}
        {entries && <NotFresh error={list.error} readAt={list.dataUpdatedAt} onRetry={retry} />}
        {!entries && !list.error && <Skeleton height="6em" />}
        {entries?.length === 0 && <Box>{t.timelineEmpty}</Box>}
        {[...days].map(([day, ofDay]) => (
          <div key={day}>
            <Box variant="h3">{day}</Box>
            <ul className="ra-timeline">
              {ofDay.map((entry) => (
                <Entry key={entry.id} entry={entry} />
              ))}
            </ul>
          </div>
        ))}
        {list.hasNextPage && (
          <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {c.loadMore}
          </Button>
        )}
      </SpaceBetween>
    </Container>
  );
};
