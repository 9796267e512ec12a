/**
 * The ways into a session. A supporter's link is a key to somebody's screen, and so is the one for a browser; RustDesk's
 * code is the address that the supporter's program calls. All of them go from the record when the request is over.
 */
import { keepsSessions } from '../connectors/sessions.ts';
import type { Session } from './model.ts';

/** What is left of a session that is over. A provider's code stays: the session is closed there by it. */
export const withoutWaysIn = ({ connector, code, validUntil, note }: Session): Session => ({
  connector,
  ...(code !== undefined && keepsSessions(connector) && { code }),
  ...(validUntil !== undefined && { validUntil }),
  ...(note !== undefined && { note }),
});

/** Whether both are one session at a provider, be it over in the meantime or not. */
export const isSameSession = (one: Session | undefined, other: Session): boolean =>
  one?.connector === other.connector && one.code !== undefined && one.code === other.code;
