/**
 * Onboarding at a provider where an admin signs in: to its site and back with a `state` that is single-use, bound to this
 * onboarding and good for half an hour. The app's secret goes to the vault alone.
 */
import { randomBytes } from 'node:crypto';
import type { Actor } from '../actor.ts';
import { ProblemError } from '../api/problem.ts';
import { type Clock, iso } from '../clock.ts';
import type { ConnectorName, Registry } from './model.ts';
import { ConnectorFailure, type Onboarding } from './ports.ts';
import { type ConnectorRecords, changeRegistry } from './records.ts';
import { beginOnboarding, hashOf, ONBOARDING_MS, onboard, takeOnboarding } from './registry.ts';

export type OnboardingDeps = { records: ConnectorRecords; provider: Onboarding; clock: Clock };

export type SignIn = { clientId: string; clientSecret: string; redirectUri: string };

const newState = (): string => randomBytes(32).toString('base64url');

/** @throws ProblemError `connector_failed` */
export const startOnboarding = async (
  { records, provider, clock }: OnboardingDeps,
  name: ConnectorName,
  signIn: SignIn,
  actor: Actor,
): Promise<{ status: 'onboarding'; authorizationUrl: string; expiresAt: string }> => {
  const state = newState();
  try {
    const authorizationUrl = await provider.begin({ ...signIn, state });
    const now = clock();
    const pending = { stateHash: hashOf(state), startedBy: { id: actor.id, name: actor.name } };
    await changeRegistry(records, (registry) => beginOnboarding(registry, name, pending, { by: actor.name, now }));
    return { status: 'onboarding', authorizationUrl, expiresAt: iso(now + ONBOARDING_MS) };
  } catch (error) {
    throw error instanceof ConnectorFailure ? new ProblemError('connector_failed', error.message) : error;
  }
};

/** What an admin's browser brings back from the provider. */
export type Callback = { state?: string | undefined; code?: string | undefined; error?: string | undefined };

export type Outcome =
  | { result: 'onboarded'; isDefault: boolean }
  /** The `state` is of no sign-in under way: foreign, used, or too late. */
  | { result: 'unknown' }
  /** The admin, or the provider, said no. */
  | { result: 'denied' }
  | { result: 'failed'; reason: string };

type CallbackDeps = OnboardingDeps & { actAs: (actor: Actor) => void };

/**
 * No change of the connector, and none on record: an admin's browser came back, and with what, is not known yet.
 * @returns who began it, once for each `state`
 */
const take = async (
  { records, clock }: CallbackDeps,
  name: ConnectorName,
  state: string,
): Promise<Actor | undefined> => {
  let startedBy: Actor | undefined;
  const rule = (registry: Registry): Registry => {
    const taken = takeOnboarding(registry, name, state, clock());
    startedBy = taken?.startedBy;
    return taken?.registry ?? registry;
  };
  await changeRegistry(records, rule, 'note');
  return startedBy;
};

/** The `state` is used up before the code is exchanged: who comes second with it finds nothing. */
export const finishOnboarding = async (
  deps: CallbackDeps,
  name: ConnectorName,
  { state, code, error }: Callback,
): Promise<Outcome> => {
  const startedBy = state === undefined ? undefined : await take(deps, name, state);
  if (state === undefined || startedBy === undefined) return { result: 'unknown' };
  if (error !== undefined || code === undefined) return { result: 'denied' };
  try {
    await deps.provider.complete({ code, state });
  } catch (failure) {
    if (failure instanceof ConnectorFailure) return { result: 'failed', reason: failure.message };
    throw failure;
  }
  const now = deps.clock();
  // Nobody is signed in at the callback: what happens there is done by whoever began it.
  deps.actAs(startedBy);
  const { defaultName } = await changeRegistry(deps.records, (registry) =>
    onboard(registry, name, { by: startedBy.name, now, connectedAt: now }),
  );
  return { result: 'onboarded', isDefault: defaultName === name };
};
