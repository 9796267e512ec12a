/** The connectors of a stage, made from its configuration. */
import * as z from 'zod/mini';
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import type * as api from '../api/connectors.ts';
import type { Connector, Connectors } from './ports.ts';
import { rustDesk } from './rustdesk.ts';

/** The stage's `connectors`: which one is the default, and the settings of each that is onboarded. */
export const ConnectorSettings = z.object({
  default: z.enum(CONNECTOR_NAMES),
  rustdesk: z.optional(z.object({ relayServer: z.optional(z.string()), key: z.optional(z.string()) })),
});
export type ConnectorSettings = z.infer<typeof ConnectorSettings>;

export const connectorsOf = (settings: ConnectorSettings): Connectors => {
  const onboarded: Connector[] = settings.rustdesk ? [rustDesk(settings.rustdesk)] : [];
  return {
    defaultName: settings.default,
    find: (name = settings.default) => onboarded.find((connector) => connector.name === name),
  };
};

export const connectorViews = (connectors: Connectors): api.Connector[] =>
  CONNECTOR_NAMES.map((name) => ({
    name,
    status: connectors.find(name) ? 'onboarded' : 'notOnboarded',
    default: name === connectors.defaultName,
  }));
