/** Connectors as the contract shows them. */
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import type * as api from '../api/connectors.ts';
import { type Instant, isoMember } from '../clock.ts';
import type { ConnectorName, Registry } from './model.ts';
import { statusOf } from './registry.ts';

/** What each connector cannot do. */
export type Limitations = Readonly<Record<ConnectorName, readonly string[]>>;

export const connectorView = (
  registry: Registry,
  name: ConnectorName,
  limitations: Limitations,
  now: Instant,
): api.Connector => {
  const { lastConnectionAt, problem, backOff, relay } = registry.connectors[name];
  return {
    name,
    status: statusOf(registry.connectors[name], now),
    default: name === registry.defaultName,
    ...isoMember('lastConnectionAt', lastConnectionAt),
    ...(problem && { problem: problem.text }),
    ...isoMember('pausedUntil', backOff && now < backOff.until ? backOff.until : undefined),
    ...(relay?.relayServer !== undefined && { relayServer: relay.relayServer }),
    ...(relay?.key !== undefined && { key: relay.key }),
    limitations: [...limitations[name]],
  };
};

export const connectorViews = (registry: Registry, limitations: Limitations, now: Instant): api.Connector[] =>
  CONNECTOR_NAMES.map((name) => connectorView(registry, name, limitations, now));
