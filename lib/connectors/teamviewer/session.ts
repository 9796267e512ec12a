/** A TeamViewer session: what it is asked to be, and how an answer about one is read. */
import * as z from 'zod/mini';
import type { Session } from '../../assistance/model.ts';
import { DAY, type Instant } from '../../clock.ts';
import type { SessionOrder } from '../ports.ts';
import { unreadable } from './failure.ts';

/** Made where it is missing; keeps our sessions together in the supporters' list. */
const GROUP = 'Remote assistance';

const VALID_FOR_MS = DAY;

const LONGEST_DESCRIPTION = 4000;
const LONGEST_NAME = 100;
const LONGEST_EMAIL = 254;

/** At most `length` UTF-16 units, without half of a character at the end. */
const cut = (text: string, length: number): string =>
  text.length <= length
    ? text
    : text
        .slice(0, length - 1)
        .replace(/[\uD800-\uDBFF]$/, '')
        .concat('…');

/** `2026-01-31T12:00:00Z`: TeamViewer's dates have no fractions. */
const date = (instant: Instant): string => `${new Date(instant).toISOString().slice(0, 19)}Z`;

export const newSession = (order: SessionOrder, now: Instant) => {
  const { name, email } = order.requester;
  return {
    groupname: GROUP,
    valid_until: date(now + VALID_FOR_MS),
    description: cut(`${order.message}\n\n${order.deviceName}`, LONGEST_DESCRIPTION),
    end_customer: {
      name: cut(name, LONGEST_NAME),
      // A shortened address would be somebody else's.
      ...(email !== undefined && email.length <= LONGEST_EMAIL && { email }),
    },
    ...(order.waitingMessage !== undefined && { waiting_message: order.waitingMessage }),
    custom_api: order.requestId,
  };
};

/** A device opens what comes from here: nothing but a web address may get there. */
const webLink = () => z.url({ protocol: /^https$/ });

const Answer = z.object({
  code: z.string().check(z.minLength(1)),
  // Seen as `open`, as `Open` and as a number whose meaning is not documented.
  state: z.optional(z.union([z.string(), z.number()])),
  end_customer_link: z.optional(webLink()),
  supporter_link: z.optional(webLink()),
  // One that is none must not cost a session that can be used without it.
  webclient_supporter_link: z.catch(z.optional(webLink()), undefined),
  custom_api: z.optional(z.string()),
  created_at: z.optional(z.string()),
  valid_until: z.optional(z.string()),
  closed_at: z.optional(z.string()),
});
export type Answer = z.infer<typeof Answer>;

const Page = z.object({
  sessions: z.array(z.unknown()),
  next_offset: z.optional(z.union([z.string(), z.number()])),
});

/** @throws ConnectorFailure */
export const readAnswer = (body: unknown): Answer => {
  const { success, data } = z.safeParse(Answer, body);
  if (!success) throw unreadable();
  return data;
};

/**
 * A page of a list. Others' sessions are in it too: one that cannot be read is none of ours.
 * @throws ConnectorFailure
 */
export const readPage = (body: unknown): { answers: Answer[]; nextOffset?: string } => {
  const { success, data } = z.safeParse(Page, body);
  if (!success) throw unreadable();
  const answers = data.sessions.flatMap((session) => z.safeParse(Answer, session).data ?? []);
  return { answers, ...(data.next_offset !== undefined && { nextOffset: String(data.next_offset) }) };
};

/** A state that says nothing counts as open: an end that is not sure must not end a session. */
export const isClosed = ({ state, closed_at }: Answer): boolean =>
  closed_at !== undefined || (typeof state === 'string' && state.toLowerCase() === 'closed');

/** @throws ConnectorFailure where there is no link for the supporter */
export const sessionOf = (answer: Answer): Session => {
  if (answer.supporter_link === undefined) throw unreadable();
  const validUntil = Date.parse(answer.valid_until ?? '');
  return {
    connector: 'teamviewer',
    code: answer.code,
    supporterLink: answer.supporter_link,
    ...(answer.webclient_supporter_link !== undefined && { webClientSupporterLink: answer.webclient_supporter_link }),
    ...(answer.end_customer_link !== undefined && { endCustomerLink: answer.end_customer_link }),
    ...(Number.isFinite(validUntil) && { validUntil }),
  };
};
