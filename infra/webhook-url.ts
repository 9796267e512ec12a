/** Which URLs EventBridge can post to. It refuses some when it is deployed, and finds out about others when an alert is lost. */
import { isPrivateHost } from './issuers/reach.ts';

/** Of the stage `local` in `cdk.json`; the local stack posts elsewhere. */
const LOCAL = 'https://webhook.remote-assist.local/';

/** CloudFormation's own pattern for `InvocationEndpoint`, without the `*` that stands for a part of the path. */
const CHARACTERS = /^(%[0-9A-Fa-f]{2}|[-()_.!~';/?:@&=+$,A-Za-z0-9])+$/;

const LONGEST = 2048;

/**
 * @param text as the stage names it
 * @returns what is wrong with it and what to do; `undefined` where nothing is known to be
 */
export const whyNoWebhookUrl = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !text.startsWith('https://')) return 'must be an https URL';
  if (text === LOCAL) return undefined;
  if (text.includes('#')) return 'must be without a fragment (#…): it would not be sent, and EventBridge refuses it';
  if (url.username !== '' || url.password !== '') {
    return 'must be without user and password, which all who read the template would see: name a secret in authorization';
  }
  if (text.includes('*')) return 'must be without *, which EventBridge takes for a part of the path to fill in';
  if (!CHARACTERS.test(text)) return 'must be in ASCII, with all else written as %XX: EventBridge takes nothing else';
  if (text.length > LONGEST) return `must be ${LONGEST} characters at most`;
  if (url.port === '0') return 'must have a port that there is';
  return isPrivateHost(url.hostname)
    ? 'is in a private network: EventBridge posts from the internet, so the receiver must have a public name'
    : undefined;
};

/** Headers that EventBridge or HTTP itself sets. */
const RESERVED =
  /^(accept-encoding|connection|content-(encoding|length|type)|expect|host|keep-alive|proxy-.*|range|te|trailer|transfer-encoding|upgrade|user-agent)$/i;

/** Whether a receiver can ask for its key in this header. */
export const isFreeHeader = (name: string): boolean => !RESERVED.test(name);
