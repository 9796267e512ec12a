/** Assistance requests as the contract shows them: to admins with the supporter's link, to the device without. */
import type * as api from '../api/assistance.ts';
import { iso, isoMember } from '../clock.ts';
import type { AssistanceRequest, Session } from './model.ts';

const deviceSession = (session: Session): NonNullable<api.AgentAssistanceRequest['session']> => ({
  connector: session.connector,
  ...(session.code !== undefined && { code: session.code }),
  ...(session.endCustomerLink !== undefined && { endCustomerLink: session.endCustomerLink }),
  ...isoMember('validUntil', session.validUntil),
});

const adminSession = (session: Session): NonNullable<api.AssistanceRequest['session']> => ({
  ...deviceSession(session),
  supporterLink: session.supporterLink,
  ...(session.webClientSupporterLink !== undefined && { webClientSupporterLink: session.webClientSupporterLink }),
  ...(session.note !== undefined && { note: session.note }),
});

const base = (request: AssistanceRequest) => ({
  id: request.id,
  deviceId: request.deviceId,
  deviceName: request.deviceName,
  message: request.message,
  requester: request.requester,
  state: request.state,
  createdAt: iso(request.createdAt),
  ...(request.correlationId !== undefined && { correlationId: request.correlationId }),
  ...isoMember('expiresAt', request.expiresAt),
  ...isoMember('approvedAt', request.approvedAt),
  ...(request.approvedBy !== undefined && { approvedBy: request.approvedBy }),
  ...isoMember('connectedAt', request.connectedAt),
  ...isoMember('endedAt', request.endedAt),
  ...(request.endReason !== undefined && { endReason: request.endReason }),
  ...(request.declineReason !== undefined && { declineReason: request.declineReason }),
});

export const deviceRequestView = (request: AssistanceRequest): api.AgentAssistanceRequest => ({
  ...base(request),
  ...(request.session && { session: deviceSession(request.session) }),
});

export const adminRequestView = (request: AssistanceRequest): api.AssistanceRequest => ({
  ...base(request),
  ...(request.session && { session: adminSession(request.session) }),
});
