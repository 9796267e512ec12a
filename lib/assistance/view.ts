/**
 * Assistance requests as the contract shows them. The supporter's link, and every other way into the session, is only for
 * somebody who may open it, of one request at a time, and until it is over; never for the device.
 */
import type * as api from '../api/assistance.ts';
import { iso, isoMember } from '../clock.ts';
import type { AssistanceRequest, Session } from './model.ts';
import { isOpen } from './request.ts';

type AdminSession = NonNullable<api.AssistanceRequest['session']>;
type DeviceSession = NonNullable<api.AgentAssistanceRequest['session']>;

/** Of what any admin may know, and all that there is to know once the request is over. */
const sessionForAll = ({ connector, validUntil }: Session): Pick<AdminSession, 'connector' | 'validUntil'> => ({
  connector,
  ...isoMember('validUntil', validUntil),
});

const deviceSession = (session: Session): DeviceSession => ({
  ...sessionForAll(session),
  ...(session.code !== undefined && { code: session.code }),
  ...(session.endCustomerLink !== undefined && { endCustomerLink: session.endCustomerLink }),
});

const supporterSession = (session: Session): AdminSession => ({
  ...deviceSession(session),
  ...(session.supporterLink !== undefined && { supporterLink: session.supporterLink }),
  ...(session.webClientSupporterLink !== undefined && { webClientSupporterLink: session.webClientSupporterLink }),
});

const noteOf = ({ note }: Session): Pick<AdminSession, 'note'> => (note === undefined ? {} : { note });

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
  ...(request.session && { session: (isOpen(request) ? deviceSession : sessionForAll)(request.session) }),
});

/** For lists, and for those who may only look. */
export const adminRequestView = (request: AssistanceRequest): api.AssistanceRequest => ({
  ...base(request),
  ...(request.session && { session: sessionForAll(request.session) }),
});

/** Of one request, for somebody who may open its session: whoever approved it, or is on record as its reader. */
export const supporterRequestView = (request: AssistanceRequest): api.AssistanceRequest => {
  const { session } = request;
  if (!session) return base(request);
  return {
    ...base(request),
    session: { ...(isOpen(request) ? supporterSession : sessionForAll)(session), ...noteOf(session) },
  };
};
