/** What the person at the PC is told about a request for help. What others wrote is shown without its control characters. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';
import { oneLine } from '../text.ts';

const ENDED: Record<NonNullable<AgentAssistanceRequest['endReason']>, string> = {
  adminEnded: 'Ended by the admin.',
  userEnded: 'Ended from this PC.',
  sessionExpired: 'Ended: the session was closed where it was opened, or its time was over.',
  deviceRetired: 'Ended: this PC is no longer managed.',
};

const LAST_STATES: readonly string[] = ['ended', 'declined', 'withdrawn', 'refused', 'expired'];

/** Whether nothing more will become of a request in this state. */
export const isOver = (state: string): boolean => LAST_STATES.includes(state);

export const adminOf = (request: AgentAssistanceRequest): string => oneLine(request.approvedBy ?? 'An admin', 100);

export const GONE = 'Nobody answered within 4 hours, so the request is gone. You can ask again.';

/** In the window in which the request is followed. */
export const HOW_TO_END = 'Ctrl-C ends the session.';

/** How the person does it from wherever they read this. */
export const BY_COMMAND = {
  answer: 'To answer, run "follow-help".',
  end: 'To end the session, run "end-help".',
} as const;

/** What consenting means. */
export const consentText = (request: AgentAssistanceRequest): string => {
  const who = oneLine(request.requester.name, 100);
  return (
    `${adminOf(request)} wants to connect to this PC, to see its screen and to control it, since ${who} asked for help. ` +
    'Nobody connects unless you allow it, and you can end it at any moment.'
  );
};

export const stillConnected = (request: AgentAssistanceRequest): string =>
  `${adminOf(request)} is still connected to this PC.`;

/** RustDesk's connection is not ours to open or to end, and the person must know that. */
const byRustDesk = ({ session }: AgentAssistanceRequest, words: string): string =>
  session?.connector === 'rustdesk' ? ` ${words}` : '';

/** Where a request stands, in words. */
export const wordsFor = (request: AgentAssistanceRequest): string => {
  const admin = adminOf(request);
  switch (request.state) {
    case 'pending':
      return 'Waiting for an admin.';
    case 'approved': {
      const { code, endCustomerLink } = request.session ?? {};
      const link = endCustomerLink ? ` Open ${oneLine(endCustomerLink, 2000)}` : '';
      const byCode = code ? ` Session code: ${oneLine(code, 100)}` : '';
      return `${admin} approved the request.${link}${byRustDesk(request, 'RustDesk will ask you too.')}${byCode}`;
    }
    case 'connected':
      return `${admin} is connected to this PC.`;
    case 'ended':
      return (
        (request.endReason ? ENDED[request.endReason] : 'Ended.') +
        byRustDesk(request, 'If RustDesk still shows a connection, close it in its window.')
      );
    case 'declined':
      return `Declined: ${oneLine(request.declineReason ?? 'no reason was given')}`;
    case 'withdrawn':
      return 'The request was taken back.';
    case 'refused':
      return 'Refused at this PC: nobody connects.';
  }
};
