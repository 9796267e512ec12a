/** Which links of a session the agent opens: only what the contract gives to the person, and only kinds that are meant for it. */
import type { AgentAssistanceRequest } from '../../lib/api/assistance.ts';

/** Anything else could start any program that has registered itself for a scheme. */
const OPENED: readonly string[] = ['https:', 'rustdesk:'];

/** The person's own link, written so that nothing in it can be an option or a second argument; `undefined` when there is none. */
export const linkToOpen = (request: AgentAssistanceRequest): string | undefined => {
  const link = request.session?.endCustomerLink;
  if (link === undefined || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  const isSafe = OPENED.includes(url.protocol) && url.username === '' && url.password === '';
  return isSafe && /^[a-z]+:[\x21\x23-\x7e]+$/.test(url.href) ? url.href : undefined;
};
