/** The connectors of a stage: made from its record, and found by name or as the default. */
import * as z from 'zod/mini';
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import { type ConnectorName, type ConnectorState, type Registry, relayOf } from './model.ts';
import type { Connector, Connectors } from './ports.ts';
import { notOnboarded } from './registry.ts';
import { keepsSessions } from './sessions.ts';
import { type WatchDeps, watched } from './watched.ts';

/** The stage's `connectors`: which one is the default, and what is onboarded without anybody having to do it. */
export const ConnectorSettings = z.object({
  default: z.enum(CONNECTOR_NAMES),
  rustdesk: z.optional(z.object({ relayServer: z.optional(z.string()), key: z.optional(z.string()) })),
});
export type ConnectorSettings = z.infer<typeof ConnectorSettings>;

/** The record as it is before anything is changed; not stored, and so of version 0. */
export const initialRegistry = (settings: ConnectorSettings): Registry => {
  return {
    version: 0,
    changedAt: 0,
    defaultName: settings.default,
    connectors: {
      teamviewer: { onboarded: false },
      rustdesk: settings.rustdesk ? { onboarded: true, relay: relayOf(settings.rustdesk) } : { onboarded: false },
    },
  };
};

/** How each connector is made from what its record says. */
export type ConnectorFactories = Readonly<Record<ConnectorName, (state: ConnectorState) => Connector>>;

export const connectorsOf = (factories: ConnectorFactories, deps: WatchDeps): Connectors => {
  const made = (registry: Registry, name: ConnectorName): Connector | undefined => {
    const state = registry.connectors[name];
    if (!state.onboarded) return undefined;
    const connector = factories[name](state);
    // Nobody is called for one that keeps no sessions, so there is nothing to be seen.
    return keepsSessions(name) ? watched(connector, state, deps) : connector;
  };
  return {
    find: async (name) => made(await deps.records.find(), name),
    choose: async (name) => {
      const registry = await deps.records.find();
      const chosen = name ?? registry.defaultName;
      const connector = made(registry, chosen);
      if (!connector) throw notOnboarded(chosen);
      return connector;
    },
  };
};
