/** Assistance requests: the person's side, through the agent, and the admins' side. */
import * as z from 'zod/mini';
import { anyId, described, emailAddress, line, page, pageQuery, text, timestamp } from './common.ts';
import { named, resource } from './named.ts';
import type { Operation } from './operation.ts';
import { rustDeskId } from './rustdesk.ts';

export const ASSISTANCE_STATES = [
  'pending',
  'approved',
  'connected',
  'ended',
  'declined',
  'withdrawn',
  'refused',
] as const;
export type AssistanceState = (typeof ASSISTANCE_STATES)[number];

export const END_REASONS = ['adminEnded', 'userEnded', 'sessionExpired', 'deviceRetired'] as const;
export type EndReason = (typeof END_REASONS)[number];

export const CONNECTOR_NAMES = ['teamviewer', 'rustdesk'] as const;
export type ConnectorName = (typeof CONNECTOR_NAMES)[number];

/** What the device may know of a session: never the supporter's link. Once the request is over, only the first and the last. */
const agentSession = () =>
  resource('AgentSession', {
    connector: z.enum(CONNECTOR_NAMES),
    code: described("The session's name at the provider; with RustDesk the device's id there.", z.optional(z.string())),
    endCustomerLink: described('For the person at the PC: opens the session.', z.optional(z.string())),
    validUntil: described('The session is over then, unless it is ended before.', z.optional(timestamp())),
  });

/**
 * Of what is beside `connector` and `validUntil`, nothing stands in a list, nothing is shown below the role `helpdesk`, and
 * no way into the session is left when the request is over.
 */
const session = () =>
  z.extend(agentSession(), {
    supporterLink: described(
      'A secret: whoever has it can take part as the supporter. Opens the supporter’s program. For the role helpdesk and above, from the approval and from reading this one request, until it is over.',
      z.optional(z.string()),
    ),
    webClientSupporterLink: described(
      'The same for a browser, where the provider has it. As secret as the other one.',
      z.optional(z.string()),
    ),
    note: described(
      'What the admin must know to use the link, or to end what it opened, in sentences.',
      z.optional(z.string()),
    ),
  });

export const agentAssistanceRequest = () =>
  resource('AgentRequest', {
    id: z.string(),
    deviceId: z.string(),
    deviceName: z.string(),
    message: z.string(),
    requester: z.object({ name: z.string(), email: z.optional(z.string()) }),
    state: z.enum(ASSISTANCE_STATES),
    createdAt: timestamp(),
    /** The `X-Request-Id` of the call for help, by which logs and events of all that follows from it are found. */
    correlationId: z.optional(z.string()),
    expiresAt: described('Unanswered, the request is gone then. There while it is pending.', z.optional(timestamp())),
    approvedAt: z.optional(timestamp()),
    approvedBy: z.optional(z.string()),
    connectedAt: z.optional(timestamp()),
    endedAt: z.optional(timestamp()),
    endReason: described(
      'sessionExpired: it was closed at the provider, or its time was over.',
      z.optional(z.enum(END_REASONS)),
    ),
    declineReason: z.optional(z.string()),
    session: z.optional(agentSession()),
  });
export type AgentAssistanceRequest = z.infer<ReturnType<typeof agentAssistanceRequest>>;

export const assistanceRequest = () =>
  named('Request', z.extend(agentAssistanceRequest(), { session: z.optional(named('Session', session())) }));
export type AssistanceRequest = z.infer<ReturnType<typeof assistanceRequest>>;

const tag = 'Assistance';

export const requestAssistance = {
  id: 'requestAssistance',
  method: 'POST',
  path: '/v1/agent/assistance-requests',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Ask for help from this device. Unanswered, the request is gone after 4 hours.',
  body: () =>
    z.strictObject({
      message: text(1000),
      requester: z.strictObject({ name: line(100), email: z.optional(emailAddress()) }),
      rustdeskId: z.optional(rustDeskId()),
    }),
  answers: () => ({ 201: agentAssistanceRequest() }),
  problems: ['already_exists', 'too_many_requests'],
  idempotent: true,
} as const satisfies Operation;

export const getOwnAssistanceRequest = {
  id: 'getOwnAssistanceRequest',
  method: 'GET',
  path: '/v1/agent/assistance-requests/{id}',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Where a request of this device stands.',
  answers: () => ({ 200: agentAssistanceRequest() }),
  problems: ['expired'],
} as const satisfies Operation;

const answered = ['invalid_state', 'expired'] as const;

export const withdrawAssistanceRequest = {
  id: 'withdrawAssistanceRequest',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/withdraw',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Take a request back before it is answered.',
  answers: () => ({ 200: agentAssistanceRequest() }),
  problems: answered,
} as const satisfies Operation;

export const consent = {
  id: 'consent',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/consent',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'The person at the PC lets the admin in, or does not.',
  body: () => z.strictObject({ decision: z.enum(['accepted', 'refused']) }),
  answers: () => ({ 200: agentAssistanceRequest() }),
  problems: answered,
} as const satisfies Operation;

export const endOwnAssistance = {
  id: 'endOwnAssistance',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/end',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'The person at the PC ends the session.',
  answers: () => ({ 200: agentAssistanceRequest() }),
  problems: answered,
} as const satisfies Operation;

export const listAssistanceRequests = {
  id: 'listAssistanceRequests',
  method: 'GET',
  path: '/v1/assistance-requests',
  caller: 'viewer',
  function: 'admin-assistance',
  tag,
  summary:
    'Assistance requests, newest first: all, those in one state, those of one device. `state=open` is those that are pending, approved or connected, oldest first; of one device, newest first. Of a session: its connector, and until when it is valid.',
  query: () =>
    z.strictObject({
      ...pageQuery(),
      state: z.optional(z.enum([...ASSISTANCE_STATES, 'open'])),
      deviceId: z.optional(anyId()),
    }),
  answers: () => ({ 200: page(assistanceRequest()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getAssistanceRequest = {
  id: 'getAssistanceRequest',
  method: 'GET',
  path: '/v1/assistance-requests/{id}',
  caller: 'viewer',
  function: 'admin-assistance',
  tag,
  summary:
    'One assistance request. With the role helpdesk or above, and while it is open, with the ways into its session; that somebody else than the one who approved it gets them goes on the audit record.',
  answers: () => ({ 200: assistanceRequest() }),
} as const satisfies Operation;

export const approveAssistanceRequest = {
  id: 'approveAssistanceRequest',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/approve',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary:
    'Open a remote-control session for a pending request. Of two admins at once, one gets the session. If the connector fails, the request stays pending. The same Idempotency-Key again gives the request as it is by then.',
  body: () =>
    z.strictObject({
      connector: described('By default the default connector.', z.optional(z.enum(CONNECTOR_NAMES))),
      waitingMessage: described(
        'For the person, while they wait for the supporter; where the provider shows it.',
        z.optional(text(1000)),
      ),
    }),
  answers: () => ({ 200: assistanceRequest() }),
  problems: ['invalid_state', 'expired', 'connector_not_onboarded', 'connector_failed'],
  idempotent: true,
  throttle: 'expensive',
} as const satisfies Operation;

export const declineAssistanceRequest = {
  id: 'declineAssistanceRequest',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/decline',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary: 'Decline a pending request, and say why.',
  body: () => z.strictObject({ reason: text(500) }),
  answers: () => ({ 200: assistanceRequest() }),
  problems: answered,
} as const satisfies Operation;

export const endAssistance = {
  id: 'endAssistance',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/end',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary: 'End an approved or connected session, and close it at the provider where it can be closed from here.',
  answers: () => ({ 200: assistanceRequest() }),
  problems: answered,
} as const satisfies Operation;
