/**
 * Reading and changing through the API: each operation's answers are kept under its id, so that news of one kind makes
 * what shows it ask again.
 */
import {
  type InfiniteData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef } from 'react';
import { ApiError } from '../../lib/api/client.ts';
import type { Operation, OperationAnswer, OperationRequest } from '../../lib/api/operation.ts';
import { useSignedIn } from '../session/context.tsx';

type Body<O extends Operation> = OperationAnswer<O>['body'];

const ATTEMPTS = 3;
const LONGEST_WAIT_MS = 30_000;

/** What the caller did wrong stays wrong; what the server or the network did may pass. */
const mayPass = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 429 || error.status >= 500;

const waitMs = (count: number, error: unknown): number => {
  const asked = error instanceof ApiError ? error.retryAfterSeconds : undefined;
  return Math.min(asked === undefined ? 1000 * 2 ** count * (0.5 + Math.random() / 2) : asked * 1000, LONGEST_WAIT_MS);
};

export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        retry: (count, error) => count < ATTEMPTS && mayPass(error),
        retryDelay: waitMs,
        staleTime: 2_000,
        // Browsers tell wrongly that they are offline, behind a VPN for one: the call itself finds out.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });

/** Reads one thing. `everyMs`: asks again while the page is looked at. */
export const useRead = <O extends Operation>(
  operation: O,
  request: OperationRequest<O>,
  { everyMs, enabled = true }: { everyMs?: number | undefined; enabled?: boolean } = {},
) => {
  const { call } = useSignedIn();
  return useQuery<Body<O>>({
    queryKey: [operation.id, request],
    queryFn: async ({ signal }) => (await call(operation, request, { signal })).body as Body<O>,
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
};

export type Item<O extends Operation> = Body<O> extends { items: readonly (infer T)[] } ? T : never;
type Page<O extends Operation> = { items: readonly Item<O>[]; nextCursor?: string | undefined; examinedCount?: number };

/** Reads a list page by page, by the cursor that each page gives. */
export const useList = <O extends Operation>(
  operation: O,
  query: Record<string, string | undefined>,
  { everyMs, params, enabled = true }: { everyMs?: number; params?: Record<string, string>; enabled?: boolean } = {},
) => {
  const { call } = useSignedIn();
  return useInfiniteQuery<Page<O>, Error, InfiniteData<Page<O>>, unknown[], string | undefined>({
    queryKey: [operation.id, params ?? {}, query],
    initialPageParam: undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    queryFn: async ({ pageParam, signal }) => {
      const request = { ...(params && { params }), query: { ...query, cursor: pageParam } };
      return (await call(operation, request as never, { signal })).body as unknown as Page<O>;
    },
    enabled,
    ...(everyMs !== undefined && { refetchInterval: everyMs }),
  });
};

/**
 * Changes something. Each attempt to do the same, a second click or a retry after a lost answer, has the same
 * `Idempotency-Key`; it is another one once the request differs or an answer came.
 * @param concerns the operations whose answers it changes
 */
export const useChange = <O extends Operation>(
  operation: O,
  {
    concerns,
    onDone,
  }: { concerns: readonly Operation[]; onDone?: (body: Body<O>, request: OperationRequest<O>) => void },
) => {
  const { call } = useSignedIn();
  const queries = useQueryClient();
  const attempt = useRef<{ request: string; key: string } | undefined>(undefined);
  const underWay = useRef<Promise<Body<O>> | undefined>(undefined);
  return useMutation<Body<O>, Error, OperationRequest<O>>({
    mutationFn: (request) => {
      const asText = JSON.stringify(request);
      if (attempt.current?.request !== asText) attempt.current = { request: asText, key: crypto.randomUUID() };
      // A second click while the first is under way is the first.
      else if (underWay.current) return underWay.current;
      const options = operation.idempotent ? { idempotencyKey: attempt.current.key } : {};
      const answered = call(operation, request, options).then(({ body }) => {
        attempt.current = undefined;
        return body as Body<O>;
      });
      underWay.current = answered;
      void answered
        .catch(() => {})
        .finally(() => {
          underWay.current = undefined;
        });
      return answered;
    },
    onSuccess: (body, request) => onDone?.(body, request),
    // After a refusal too: somebody else may have been first.
    onSettled: () =>
      Promise.all(concerns.map(({ id }) => queries.invalidateQueries({ queryKey: [id] }))).then(() => undefined),
  });
};
