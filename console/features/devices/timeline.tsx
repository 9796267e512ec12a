/** What happened to a device, newest first, by day. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Skeleton from '@cloudscape-design/components/skeleton';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { getTimeline, type TimelineEntry } from '../../../lib/api/devices.ts';
import { useList } from '../../app/queries.ts';
import { common } from '../../messages/common.ts';
import { type Language, useLanguage, useWords } from '../../messages/language.ts';
import { Problem } from '../../ui/problem.tsx';
import { Text } from '../../ui/text.tsx';
import { clockTime, exactTime } from '../../ui/time.tsx';
import { devicePageWords } from './device-words.ts';

const REFRESH_MS = 10_000;

const dayOf = (language: Language, at: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(Date.parse(at));

const byDay = (language: Language, entries: readonly TimelineEntry[]): [string, TimelineEntry[]][] => {
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const day = dayOf(language, entry.occurredAt);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
};

const Entry = ({ entry }: { entry: TimelineEntry }) => {
  const t = useWords(devicePageWords);
  const language = useLanguage();
  const at = Date.parse(entry.occurredAt);
  return (
    <li>
      <time dateTime={entry.occurredAt} title={exactTime(language, at)}>
        <Box variant="span" color="text-body-secondary">
          {clockTime(language, at)}
        </Box>
      </time>{' '}
      <Text>{entry.title}</Text>
      {entry.actor !== undefined && (
        <Box variant="span" color="text-body-secondary">
          {' '}
          <Text>{t.by(entry.actor)}</Text>
        </Box>
      )}
    </li>
  );
};

export const Timeline = ({ deviceId }: { deviceId: string }) => {
  const t = useWords(devicePageWords);
  const c = useWords(common);
  const language = useLanguage();
  const list = useList(getTimeline, { limit: '50' }, { params: { id: deviceId }, everyMs: REFRESH_MS });
  const entries = list.data?.pages.flatMap(({ items }) => items);
  return (
    <Container header={<Header variant="h2">{t.timeline}</Header>}>
      <SpaceBetween size="m">
        {list.error && <Problem error={list.error} onRetry={() => void list.refetch()} />}
        {!entries && !list.error && <Skeleton height="6em" />}
        {entries?.length === 0 && <Box>{t.timelineEmpty}</Box>}
        {byDay(language, entries ?? []).map(([day, ofDay]) => (
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
