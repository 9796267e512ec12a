/** Changing through the API, once: however often somebody clicks, and though an answer is lost. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Operation, OperationRequest } from '../../lib/api/operation.ts';
import { useSignedIn } from '../session/context.tsx';
import { mayPass } from './query-client.ts';
import type { Body } from './read.ts';

type ChangeOptions<O extends Operation> = {
  /** The operations whose answers it changes. */
  concerns: readonly Operation[];
  onDone?: (body: Body<O>) => void;
  onError?: (error: Error) => void;
};

export type Change<O extends Operation> = {
  /** Does nothing while it is under way. */
  send: (request: OperationRequest<O>) => void;
  isPending: boolean;
  error: Error | null;
};

/**
 * Each attempt to do the same, such as a retry after a lost answer, has the same `Idempotency-Key`; it is another one once
 * the request differs or the server has answered.
 */
export const useChange = <O extends Operation>(
  operation: O,
  { concerns, onDone, onError }: ChangeOptions<O>,
): Change<O> => {
  const { call } = useSignedIn();
  const queries = useQueryClient();
  const attempt = useRef<{ request: string; key: string } | undefined>(undefined);
  const isUnderWay = useRef(false);
  const { mutate, isPending, error } = useMutation<Body<O>, Error, OperationRequest<O>>({
    mutationFn: async (request) => {
      const asText = JSON.stringify(request);
      if (attempt.current?.request !== asText) attempt.current = { request: asText, key: crypto.randomUUID() };
      const options = operation.idempotent ? { idempotencyKey: attempt.current.key } : {};
      return (await call(operation, request, options)).body as Body<O>;
    },
    onSuccess: (body) => {
      attempt.current = undefined;
      onDone?.(body);
    },
    onError: (failure) => {
      if (!mayPass(failure)) attempt.current = undefined;
      onError?.(failure);
    },
    onSettled: () => {
      isUnderWay.current = false;
      // After a refusal too: somebody else may have been first.
      for (const { id } of concerns) void queries.invalidateQueries({ queryKey: [id] });
    },
  });
  const send = (request: OperationRequest<O>): void => {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    mutate(request);
  };
  return { send, isPending, error };
};
