/** The events that a committed change of the connectors' record gives rise to: one for each connector that it concerns. */
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import { iso } from '../clock.ts';
import { type DomainEvent, domainEvent } from '../events/model.ts';
import type { ConnectorName, Registry } from './model.ts';
import { statusOf } from './registry.ts';

/** What the world may know of a connector, and is told of when it changes. */
const publicFields = (registry: Registry, name: ConnectorName) => {
  const state = registry.connectors[name];
  return {
    state: statusOf(state, registry.changedAt),
    default: registry.defaultName === name,
    ...(state.problem && { problem: state.problem.text, problemSince: iso(state.problem.since) }),
  };
};

/** @param before absent where nothing had been changed yet */
export const connectorEvents = (before: Registry | undefined, after: Registry | undefined): DomainEvent[] => {
  if (!after) return [];
  return CONNECTOR_NAMES.flatMap((name) => {
    const then = before && publicFields(before, name);
    const now = publicFields(after, name);
    if (JSON.stringify(then) === JSON.stringify(now)) return [];
    const gone = now.problem === undefined && then?.problemSince !== undefined;
    return domainEvent('ConnectorChanged', { id: name, version: after.version }, after.changedAt, {
      name,
      ...now,
      ...(gone && { problemSince: then.problemSince }),
      ...(after.changedBy !== undefined && { actor: after.changedBy }),
    });
  });
};
