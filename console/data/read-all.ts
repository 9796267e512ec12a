/** Reads a list to its end, for whoever saves it: as patiently as the server asks. */
import type { Client } from '../../lib/api/client.ts';
import type { Operation } from '../../lib/api/operation.ts';
import { mayTryAgain, retryMs } from './query-client.ts';
import { type Item, type ListPage, type Params, type Query, readPage } from './read.ts';

const PAGE_SIZE = '100';

/** The operation whose items are of type `T`. */
export type ListSource<O extends Operation, T> = {
  operation: Item<O> extends T ? O : never;
  params?: Params;
  query?: Query;
};

type Progress = {
  signal: AbortSignal;
  /** Told how many there are so far. */
  onProgress: (count: number) => void;
};

/** @throws AbortSignal.reason once it is stopped */
const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** One page, asked for again while that may help. */
const readPatiently = async <T>(read: () => Promise<ListPage<T>>, signal: AbortSignal): Promise<ListPage<T>> => {
  for (let failures = 0; ; failures += 1) {
    try {
      return await read();
    } catch (error) {
      if (signal.aborted || !mayTryAgain(failures, error)) throw error;
      await wait(retryMs(failures, error), signal);
    }
  }
};

/** @throws ApiError, TypeError what the last attempt at a page failed with */
export const readAll = async <O extends Operation, T>(
  call: Client,
  { operation, params, query }: ListSource<O, T>,
  { signal, onProgress }: Progress,
): Promise<T[]> => {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const request = { params, query: { ...query, limit: PAGE_SIZE, cursor } };
    const page = await readPatiently(() => readPage(call, operation as O, request, signal), signal);
    items.push(...(page.items as unknown as readonly T[]));
    onProgress(items.length);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return items;
};
