/**
 * Reading through the API: each operation's answers are kept under its id, so that news of one kind makes what shows it
 * ask again.
 */
import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Client } from '../../lib/api/client.ts';
import type { Operation, OperationAnswer, OperationRequest } from '../../lib/api/operation.ts';
import { pagePace } from '../live/pace.ts';
import { unusedMs } from '../live/use.ts';
import { useSignedIn } from '../session/context.tsx';

export type Body<O extends Operation> = OperationAnswer<O>['body'];
export type Item<O extends Operation> = Body<O> extends { items: readonly (infer T)[] } ? T : never;

/** A page of a list. `examinedCount`: how many were looked at for it, where no index serves the filter. */
export type ListPage<T> = { items: readonly T[]; nextCursor?: string | undefined; examinedCount?: number };

export type Query = Readonly<Record<string, string | undefined>>;
export type Params = Readonly<Record<string, string>>;

/** `everyMs`: asks again while the page is looked at; less often when nobody uses it. */
export type ReadOptions = { everyMs?: number | undefined; enabled?: boolean };

export const intervalOf = (everyMs: number | undefined): number | false =>
  everyMs === undefined ? false : pagePace(everyMs, unusedMs());

type OneOptions<T> = Omit<ReadOptions, 'everyMs'> & {
  /** As of a list; or by what was read last, since what is over changes no more. */
  everyMs?: number | ((data: T | undefined) => number | undefined);
};

/** Reads one thing. */
export const useRead = <O extends Operation>(
  operation: O,
  request: OperationRequest<O>,
  { everyMs, enabled = true }: OneOptions<Body<O>> = {},
) => {
  const { call } = useSignedIn();
  return useQuery<Body<O>>({
    queryKey: [operation.id, request],
    queryFn: async ({ signal }) => (await call(operation, request, { signal })).body as Body<O>,
    enabled,
    refetchInterval: ({ state }) => intervalOf(typeof everyMs === 'function' ? everyMs(state.data) : everyMs),
  });
};

/** One page of a list, as the API gives it. */
export const readPage = async <O extends Operation>(
  call: Client,
  operation: O,
  { params, query }: { params?: Params | undefined; query: Query },
  signal: AbortSignal,
): Promise<ListPage<Item<O>>> => {
  const request = { ...(params && { params }), query };
  const { body } = await call(operation, request as never, { signal });
  return body as unknown as ListPage<Item<O>>;
};

/** Reads a list that grows: the first page, and one more each time it is asked to. */
export const useList = <O extends Operation>(
  operation: O,
  query: Query,
  { everyMs, params, enabled = true }: ReadOptions & { params?: Params } = {},
) => {
  const { call } = useSignedIn();
  return useInfiniteQuery<ListPage<Item<O>>, Error, InfiniteData<ListPage<Item<O>>>, unknown[], string | undefined>({
    queryKey: [operation.id, params ?? {}, query],
    initialPageParam: undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    queryFn: ({ pageParam: cursor, signal }) =>
      readPage(call, operation, { params, query: { ...query, cursor } }, signal),
    enabled,
    // All its pages are asked for again: somebody who reads on has no use for that.
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : intervalOf(everyMs)),
  });
};
