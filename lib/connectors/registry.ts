/** The rules of the connectors' record: each change as a pure function from the record before to the record after. */
import { createHash } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import { ProblemError } from '../api/problem.ts';
import { type Instant, MINUTE } from '../clock.ts';
import type { ConnectorName, ConnectorState, PendingOnboarding, Registry, Relay } from './model.ts';

/** An admin who went to sign in at the provider must be back by then. */
export const ONBOARDING_MS = 30 * MINUTE;

export const hashOf = (state: string): string => createHash('sha256').update(state).digest('base64url');

const isUnderWay = ({ onboarding }: ConnectorState, now: Instant): boolean =>
  onboarding !== undefined && now < onboarding.expiresAt;

/** While an admin signs in again, what works goes on working. */
export const statusOf = (state: ConnectorState, now: Instant): 'notOnboarded' | 'onboarding' | 'onboarded' => {
  if (state.onboarded) return 'onboarded';
  return isUnderWay(state, now) ? 'onboarding' : 'notOnboarded';
};

export const notOnboarded = (name: ConnectorName): ProblemError =>
  new ProblemError('connector_not_onboarded', `The connector ${name} is not onboarded.`);

type By = { by?: string | undefined; now: Instant };

const changed = (
  registry: Registry,
  name: ConnectorName,
  state: ConnectorState,
  { by, now }: By,
  defaultName = registry.defaultName,
): Registry => {
  const { changedBy: _, ...rest } = registry;
  return {
    ...rest,
    version: registry.version + 1,
    changedAt: now,
    ...(by !== undefined && { changedBy: by }),
    defaultName,
    connectors: { ...registry.connectors, [name]: state },
  };
};

/** The default where it is onboarded, `name` where that is: help must not wait for somebody to choose. */
const defaultWith = ({ connectors, defaultName }: Registry, name: ConnectorName): ConnectorName =>
  connectors[defaultName].onboarded ? defaultName : name;

/** Only the latest sign-in is good. */
export const beginOnboarding = (
  registry: Registry,
  name: ConnectorName,
  pending: Omit<PendingOnboarding, 'expiresAt'>,
  { by, now }: By,
): Registry => {
  const onboarding = { ...pending, expiresAt: now + ONBOARDING_MS };
  return changed(registry, name, { ...registry.connectors[name], onboarding }, { by, now });
};

/**
 * Uses the `state` up that an admin came back with.
 * @returns `undefined` where it is of no sign-in under way: foreign, used or too late
 */
export const takeOnboarding = (
  registry: Registry,
  name: ConnectorName,
  state: string,
  now: Instant,
): { registry: Registry; startedBy: Actor } | undefined => {
  const { onboarding, ...rest } = registry.connectors[name];
  if (!onboarding || now >= onboarding.expiresAt || onboarding.stateHash !== hashOf(state)) return undefined;
  const { startedBy } = onboarding;
  return { registry: changed(registry, name, rest, { by: startedBy.name, now }), startedBy };
};

export const onboard = (
  registry: Registry,
  name: ConnectorName,
  { relay, ...by }: By & { relay?: Relay; connectedAt?: Instant },
): Registry => {
  const state: ConnectorState = {
    onboarded: true,
    ...(relay && { relay }),
    ...(by.connectedAt !== undefined && { lastConnectionAt: by.connectedAt }),
  };
  return changed(registry, name, state, by, defaultWith(registry, name));
};

/** Where the default goes, another one that is onboarded takes its place; where none is, it stays the default. */
export const disconnect = (registry: Registry, name: ConnectorName, by: By): Registry => {
  const others = CONNECTOR_NAMES.filter((other) => other !== name && registry.connectors[other].onboarded);
  const defaultName = registry.defaultName === name ? (others[0] ?? name) : registry.defaultName;
  return changed(registry, name, { onboarded: false }, by, defaultName);
};

/** @throws ProblemError `connector_not_onboarded` */
export const makeDefault = (registry: Registry, name: ConnectorName, by: By): Registry => {
  if (!registry.connectors[name].onboarded) throw notOnboarded(name);
  if (registry.defaultName === name) return registry;
  return changed(registry, name, registry.connectors[name], by, name);
};

/** The same problem again is no new one. */
export const reportProblem = (registry: Registry, name: ConnectorName, text: string, now: Instant): Registry => {
  const state = registry.connectors[name];
  if (state.problem?.text === text) return registry;
  const problem = { text, since: state.problem?.since ?? now };
  return changed(registry, name, { ...state, problem }, { now });
};

/** How fresh the time of the last connection is kept: it is for people, and each write of it is one more. */
const CONNECTION_NOTED_EVERY_MS = 10 * MINUTE;

/** Whether a call that succeeds now is worth a write. */
export const isNews = ({ problem, backOff, lastConnectionAt }: ConnectorState, now: Instant): boolean =>
  problem !== undefined ||
  backOff !== undefined ||
  lastConnectionAt === undefined ||
  now - lastConnectionAt >= CONNECTION_NOTED_EVERY_MS;

/** A call succeeded. */
export const noteConnection = (registry: Registry, name: ConnectorName, now: Instant): Registry => {
  if (!isNews(registry.connectors[name], now)) return registry;
  const { problem: _, backOff: __, ...state } = registry.connectors[name];
  return changed(registry, name, { ...state, lastConnectionAt: now }, { now });
};

const LONGEST_BACK_OFF_MINUTES = 30;

/** The provider wants fewer calls: none for a minute, then twice as long each time until one succeeds. */
export const backOff = (registry: Registry, name: ConnectorName, now: Instant): Registry => {
  const state = registry.connectors[name];
  if (state.backOff && now < state.backOff.until) return registry;
  const minutes = Math.min((state.backOff?.minutes ?? 0.5) * 2, LONGEST_BACK_OFF_MINUTES);
  return changed(registry, name, { ...state, backOff: { until: now + minutes * MINUTE, minutes } }, { now });
};
