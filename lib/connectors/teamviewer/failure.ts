/** What TeamViewer's refusals mean, and what may be told of them. */
import * as z from 'zod/mini';
import { ConnectorFailure, type FailureKind } from '../ports.ts';
import type { HttpReply } from './http.ts';

const Refusal = z.object({
  error: z.optional(z.string()),
  error_description: z.optional(z.string()),
});

/** Nobody lets these in again by trying: the app or its permission is gone. */
const ACCESS_LOST = new Set(['blocked', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'invalid_token']);

const LONGEST = 200;

/** Links, and what is as long as a token, may be secrets wherever they come from; control characters forge log lines. */
const harmless = (text: string): string =>
  text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…')
    .replace(/[\w~+/=.-]{20,}/g, '…')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST);

const refusalOf = ({ body }: HttpReply): { error: string; description: string } => {
  const { data } = z.safeParse(Refusal, body);
  return { error: data?.error ?? '', description: data?.error_description ?? '' };
};

/** Whether the answer is this refusal by name, such as `invalid_grant`. */
export const isRefusal = (reply: HttpReply, error: string): boolean => refusalOf(reply).error === error;

const kindOf = (status: number, error: string): FailureKind => {
  if (status >= 500) return 'unavailable';
  // A status of 403, not of 429, is what the documentation has.
  if (status === 429 || error === 'rate_limit_reached') return 'rateLimited';
  if (status === 401 || status === 403 || ACCESS_LOST.has(error)) return 'accessLost';
  return 'refused';
};

const MEANING: Readonly<Record<FailureKind, string>> = {
  unavailable: 'TeamViewer has a failure of its own: try again later.',
  rateLimited: "TeamViewer's rate limit is reached: try again later.",
  refused: 'TeamViewer refused this.',
  accessLost: 'TeamViewer no longer lets this connector in: an admin must look at the account there, or sign in again.',
};

/** The failure that an answer with a status of 400 or more is. */
export const failureOf = (reply: HttpReply): ConnectorFailure => {
  const { error, description } = refusalOf(reply);
  const kind = kindOf(reply.status, error);
  const said = [error, description].map(harmless).filter(Boolean).join(': ');
  return new ConnectorFailure(kind, `${MEANING[kind]} It answered ${reply.status}${said && `, ${said}`}.`);
};

/** For an answer that is not as documented: the call may have taken effect. */
export const unreadable = (): ConnectorFailure =>
  new ConnectorFailure('unavailable', 'TeamViewer answered something that cannot be read.');
