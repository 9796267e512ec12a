/**
 * RustDesk: no account, no server of its own needed. A link opens the supporter's client on the device's RustDesk id
 * (https://github.com/rustdesk/rustdesk/wiki: the `rustdesk://` URI scheme). There is no session at a provider to
 * close: the person closes the connection in RustDesk's own window.
 */
import type { Connector } from './ports.ts';

export type RustDeskOptions = {
  /** The organisation's own relay, instead of RustDesk's public ones. */
  relayServer?: string | undefined;
  /** The relay's public key. */
  key?: string | undefined;
};

const NO_ID = "The request came without the device's RustDesk id: ask the person for the id that their RustDesk shows.";

const NO_SESSION =
  'RustDesk has no session that could be watched or closed from here: ending the request leaves a connection open until somebody closes it in a window of RustDesk.';

const link = (id: string, { relayServer, key }: RustDeskOptions): string => {
  const server =
    relayServer === undefined ? '' : `@${relayServer}${key === undefined ? '' : `?key=${encodeURIComponent(key)}`}`;
  return `rustdesk://${id}${server}`;
};

export const rustDesk = (options: RustDeskOptions): Connector => ({
  name: 'rustdesk',
  limitations: [NO_SESSION],
  openSession: async ({ rustdeskId }) =>
    rustdeskId === undefined
      ? { connector: 'rustdesk', supporterLink: 'rustdesk://', note: `${NO_ID} ${NO_SESSION}` }
      : { connector: 'rustdesk', supporterLink: link(rustdeskId, options), code: rustdeskId, note: NO_SESSION },
  closeSession: async () => {},
  closeLost: async () => {},
  endedSessions: async () => new Set(),
});
