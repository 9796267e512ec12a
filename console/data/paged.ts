/**
 * A list as numbered pages. The API has cursors, each in the page before: a page is reached by the cursors of the pages
 * before it, and only the page that is shown is asked for again.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Client } from '../../lib/api/client.ts';
import type { Operation } from '../../lib/api/operation.ts';
import { useSignedIn } from '../session/context.tsx';
import { usePageNumber } from '../ui/address.ts';
import { type Item, intervalOf, type ListPage, type Params, type Query, type ReadOptions, readPage } from './read.ts';

/** How many calls one page may take, where each looks at a part of the fleet and may find little. */
const MOST_CALLS = 5;

export type Paged<T> = {
  /** Of the page that is shown; `undefined` until they are there. */
  items: readonly T[] | undefined;
  /** From 1. */
  page: number;
  setPage: (page: number) => void;
  /** How many pages there are, as far as that is known. */
  pages: number;
  hasNext: boolean;
  /** How many were looked at for this page, where no index serves the filter. */
  examinedCount: number | undefined;
  error: Error | null;
  /** When it was read last, in milliseconds. */
  readAt: number;
  refetch: () => Promise<unknown>;
};

type Filled<T> = ListPage<T> & { calls: number };

/** A page that has as many items as it may, as far as a few calls find them. */
const readFilled = async <O extends Operation>(
  call: Client,
  operation: O,
  request: { params?: Params | undefined; query: Query },
  signal: AbortSignal,
): Promise<Filled<Item<O>>> => {
  const first = await readPage(call, operation, request, signal);
  const found = { ...first, items: [...first.items], calls: 1 };
  const wanted = Number(request.query['limit'] ?? 0);
  while (found.examinedCount !== undefined && found.nextCursor !== undefined) {
    if (found.items.length >= wanted || found.calls === MOST_CALLS) break;
    const query = { ...request.query, limit: String(wanted - found.items.length), cursor: found.nextCursor };
    const more = await readPage(call, operation, { ...request, query }, signal);
    found.items.push(...more.items);
    found.nextCursor = more.nextCursor;
    found.examinedCount += more.examinedCount ?? 0;
    found.calls += 1;
  }
  return found;
};

/** The cursors that are known of the list `key`: the first page has none. */
const useCursors = (key: string) => {
  const [kept, keep] = useState<{ key: string; cursors: readonly (string | undefined)[] }>();
  const cursors = kept?.key === key ? kept.cursors : [undefined];
  const learn = (index: number, next: string | undefined): void => {
    if (next === undefined ? cursors.length === index + 1 : cursors[index + 1] === next) return;
    const before = cursors.slice(0, index + 1);
    keep({ key, cursors: next === undefined ? before : [...before, next] });
  };
  return { cursors, learn };
};

type PagedOptions = ReadOptions & {
  params?: Params;
  /** Where the page's number is kept: in the address, or for a list over a page, in memory. */
  pageIn?: 'address' | 'memory';
};

/** @param query with its `limit` */
export const usePaged = <O extends Operation>(
  operation: O,
  query: Query & { limit: string },
  { everyMs, params, pageIn = 'address', enabled = true }: PagedOptions = {},
): Paged<Item<O>> => {
  const { call } = useSignedIn();
  const [wanted, setPage] = usePageNumber(pageIn);
  const { cursors, learn } = useCursors(JSON.stringify([operation.id, params, query]));
  const index = Math.min(wanted, cursors.length) - 1;
  const cursor = cursors[index];
  const read = useQuery<Filled<Item<O>>>({
    queryKey: [operation.id, params ?? {}, query, cursor ?? ''],
    queryFn: ({ signal }) => readFilled(call, operation, { params, query: { ...query, cursor } }, signal),
    enabled,
    refetchInterval: ({ state }) => intervalOf(everyMs && everyMs * (state.data?.calls ?? 1)),
  });
  const next = read.data?.nextCursor;
  useEffect(() => {
    if (read.data) learn(index, next);
  });
  // A page whose cursor is not known yet is walked to; one beyond the end is the last one.
  const isThere = index + 1 === wanted || (read.data !== undefined && next === undefined);
  return {
    items: isThere ? read.data?.items : undefined,
    page: isThere ? index + 1 : wanted,
    setPage,
    pages: Math.max(cursors.length, index + 1 + (next === undefined ? 0 : 1)),
    hasNext: next !== undefined,
    examinedCount: read.data?.examinedCount,
    error: read.error,
    readAt: read.dataUpdatedAt,
    refetch: read.refetch,
  };
};
