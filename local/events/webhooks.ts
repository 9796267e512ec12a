/**
 * API destinations: a target that is posted to, as EventBridge does it, and never beyond this machine. `WEBHOOK_URL`
 * stands for the address of every destination of the stack; without it, what is not at this machine is not posted.
 */
import type { ApiDestinationModel } from '../resources/model.ts';
import { isLoopback } from '../settings.ts';
import { DeliveryFailure } from './deliveries.ts';

/** Posts once. Throws `DeliveryFailure` where the receiver did not take it. */
export type Webhooks = { has(arn: string): boolean; post(arn: string, body: string): Promise<void> };

const TIMEOUT_MS = 5_000;

/** What EventBridge tries again; anything else that is no success is final (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html). */
const isRetried = (status: number): boolean => [401, 407, 409, 429].includes(status) || status >= 500;

const retryAfterMs = (headers: Headers): number => {
  const seconds = Number(headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : 0;
};

const postTo = async (url: string, { method, headers }: ApiDestinationModel, body: string): Promise<void> => {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        ...headers,
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Amazon/EventBridge/ApiDestinations',
      },
      body,
      // A redirect could lead away from this machine; EventBridge follows none.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
  } catch (error) {
    throw new DeliveryFailure('NoAnswer', `${url} did not answer: ${String(error)}`, { isOutside: true });
  }
  const { ok, status } = response;
  if (ok) return;
  throw new DeliveryFailure(`HTTP_${status}`, `${url} answered ${status}`, {
    isFinal: !isRetried(status),
    retryAfterMs: retryAfterMs(response.headers),
    isOutside: true,
  });
};

export const createWebhooks = (
  destinations: ReadonlyMap<string, ApiDestinationModel>,
  webhookUrl: string | undefined,
): Webhooks => ({
  has: (arn) => destinations.has(arn),
  post: async (arn, body) => {
    const destination = destinations.get(arn);
    const url = webhookUrl ?? destination?.endpoint;
    if (destination && url !== undefined && isLoopback(url)) await postTo(url, destination, body);
  },
});
