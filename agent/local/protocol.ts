/**
 * What is said over the local socket: one line of JSON each way, then it is closed. A call carries the ticket of the account
 * that makes it, and never the device's credential.
 */
import { ApiError } from '../../lib/api/client.ts';
import type { Problem } from '../../lib/api/problem.ts';
import { Refusal, reasonOf } from '../refusal.ts';
import { boolean, number, object, oneOf, optional, string, variant } from '../state/shape.ts';

/** A request of the longest message, many times over. */
export const LONGEST_LINE = 64 * 1024;

/** The agent's own call of the server, with either credential, ends before that. */
export const ANSWER_WITHIN_MS = 90_000;

const about = { ticket: string, id: string };

export const parseLocalCall = variant('op', {
  /** With a ticket, whoever has it may show which account they are; see `accounts.ts`. */
  hello: { ticket: optional(string) },
  request: {
    ticket: string,
    user: optional(string),
    idempotencyKey: string,
    message: string,
    name: string,
    email: optional(string),
  },
  /** `asks`: where this account looks, it can also be asked. */
  read: { ...about, asks: boolean },
  consent: { ...about, decision: oneOf('accepted', 'refused') },
  withdraw: about,
  end: about,
});

export type LocalCall = ReturnType<typeof parseLocalCall>;

/** What the server said no with, or why there is no answer; the same members as an `ApiError`. */
const parseError = object({
  message: string,
  /** The agent itself said no. */
  refused: optional(boolean),
  status: optional(number),
  problem: optional((value: unknown) => value as Problem),
  retryAfterSeconds: optional(number),
});

const parseReply = object({ body: (value: unknown): unknown => value, error: optional(parseError) });

export const replyWith = (body: unknown): string => `${JSON.stringify({ body })}\n`;

export const replyWithError = (error: unknown): string => {
  const { status, problem, retryAfterSeconds } = error instanceof ApiError ? error : {};
  const refused = error instanceof Refusal;
  return `${JSON.stringify({ error: { message: reasonOf(error), refused, status, problem, retryAfterSeconds } })}\n`;
};

/** @returns the body @throws Refusal, ApiError as the agent got it, Error when it got none */
export const readReply = (line: string): unknown => {
  const { body, error } = parseReply(JSON.parse(line));
  if (!error) return body;
  const { message, refused, status, problem, retryAfterSeconds } = error;
  if (refused) throw new Refusal(message);
  if (status === undefined) throw new Error(message);
  throw new ApiError(status, problem, message.replace(/^HTTP \d+: /, ''), retryAfterSeconds);
};
