/** Assistance requests: the person's side, through the agent, and the admins' side. */
import * as z from 'zod/mini';
import { line, page, pageQuery, Timestamp, text } from './common.ts';
import { operation } from './operation.ts';

export const ASSISTANCE_STATES = [
  'pending',
  'approved',
  'connected',
  'ended',
  'declined',
  'withdrawn',
  'refused',
] as const;
export const AssistanceState = z.enum(ASSISTANCE_STATES);
export type AssistanceState = z.infer<typeof AssistanceState>;

export const EndReason = z.enum(['adminEnded', 'userEnded', 'sessionExpired', 'deviceRetired']);
export type EndReason = z.infer<typeof EndReason>;

export const ConnectorName = z.enum(['teamviewer', 'rustdesk']);
export type ConnectorName = z.infer<typeof ConnectorName>;

const email = z.string().check(z.maxLength(254), z.regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address'));

/** What the device may know of a session: never the supporter's link. */
const AgentSession = z.object({
  connector: ConnectorName,
  code: z.optional(z.string()),
  endCustomerLink: z.optional(z.string()),
  validUntil: z.optional(Timestamp),
});

const Session = z.extend(AgentSession, {
  supporterLink: z.string(),
  /** What the admin must know to use the link, where it is not enough by itself. */
  note: z.optional(z.string()),
});

const AgentRequest = z.object({
  id: z.string(),
  deviceId: z.string(),
  deviceName: z.string(),
  message: z.string(),
  requester: z.object({ name: z.string(), email: z.optional(z.string()) }),
  state: AssistanceState,
  createdAt: Timestamp,
  expiresAt: z.optional(Timestamp),
  approvedAt: z.optional(Timestamp),
  approvedBy: z.optional(z.string()),
  connectedAt: z.optional(Timestamp),
  endedAt: z.optional(Timestamp),
  endReason: z.optional(EndReason),
  declineReason: z.optional(z.string()),
  session: z.optional(AgentSession),
});
export const AgentAssistanceRequest = AgentRequest;
export type AgentAssistanceRequest = z.infer<typeof AgentAssistanceRequest>;

export const AssistanceRequest = z.extend(AgentRequest, { session: z.optional(Session) });
export type AssistanceRequest = z.infer<typeof AssistanceRequest>;

const tag = 'Assistance';

export const requestAssistance = operation({
  id: 'requestAssistance',
  method: 'POST',
  path: '/v1/agent/assistance-requests',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Ask for help from this device. Unanswered, the request is gone after 4 hours.',
  body: z.strictObject({
    message: text(1000),
    requester: z.strictObject({ name: line(100), email: z.optional(email) }),
    rustdeskId: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be a RustDesk id'))),
  }),
  answers: { 201: AgentAssistanceRequest },
  problems: ['already_exists'],
  idempotent: true,
});

export const getOwnAssistanceRequest = operation({
  id: 'getOwnAssistanceRequest',
  method: 'GET',
  path: '/v1/agent/assistance-requests/{id}',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Where a request of this device stands.',
  answers: { 200: AgentAssistanceRequest },
  problems: ['expired'],
});

const answered = ['invalid_state', 'expired'] as const;

export const withdrawAssistanceRequest = operation({
  id: 'withdrawAssistanceRequest',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/withdraw',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'Take a request back before it is answered.',
  answers: { 200: AgentAssistanceRequest },
  problems: answered,
});

export const consent = operation({
  id: 'consent',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/consent',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'The person at the PC lets the admin in, or does not.',
  body: z.strictObject({ decision: z.enum(['accepted', 'refused']) }),
  answers: { 200: AgentAssistanceRequest },
  problems: answered,
});

export const endOwnAssistance = operation({
  id: 'endOwnAssistance',
  method: 'POST',
  path: '/v1/agent/assistance-requests/{id}/end',
  caller: 'agent',
  function: 'agent-assistance',
  tag,
  summary: 'The person at the PC ends the session.',
  answers: { 200: AgentAssistanceRequest },
  problems: answered,
});

export const listAssistanceRequests = operation({
  id: 'listAssistanceRequests',
  method: 'GET',
  path: '/v1/assistance-requests',
  caller: 'viewer',
  function: 'admin-assistance',
  tag,
  summary: 'Assistance requests, newest first.',
  query: z.strictObject({ ...pageQuery, state: z.optional(AssistanceState) }),
  answers: { 200: page(AssistanceRequest) },
  problems: ['invalid_cursor'],
});

export const getAssistanceRequest = operation({
  id: 'getAssistanceRequest',
  method: 'GET',
  path: '/v1/assistance-requests/{id}',
  caller: 'viewer',
  function: 'admin-assistance',
  tag,
  summary: 'One assistance request.',
  answers: { 200: AssistanceRequest },
});

export const approveAssistanceRequest = operation({
  id: 'approveAssistanceRequest',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/approve',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary: 'Open a remote-control session for a pending request. Of two admins at once, one gets the session.',
  body: z.strictObject({ connector: z.optional(ConnectorName), waitingMessage: z.optional(text(1000)) }),
  answers: { 200: AssistanceRequest },
  problems: [...answered, 'connector_not_onboarded', 'connector_failed'],
  idempotent: true,
});

export const declineAssistanceRequest = operation({
  id: 'declineAssistanceRequest',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/decline',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary: 'Decline a pending request, and say why.',
  body: z.strictObject({ reason: text(500) }),
  answers: { 200: AssistanceRequest },
  problems: answered,
});

export const endAssistance = operation({
  id: 'endAssistance',
  method: 'POST',
  path: '/v1/assistance-requests/{id}/end',
  caller: 'helpdesk',
  function: 'admin-assistance',
  tag,
  summary: 'End an approved or connected session.',
  answers: { 200: AssistanceRequest },
  problems: answered,
});
