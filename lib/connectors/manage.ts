/** What admins do with connectors beside onboarding at a provider: read, choose the default, set RustDesk up, disconnect. */
import type { Actor } from '../actor.ts';
import { CONNECTOR_NAMES } from '../api/assistance.ts';
import type * as api from '../api/connectors.ts';
import { invalidMember, notFound } from '../api/problem.ts';
import type { Clock } from '../clock.ts';
import type { ConnectorName, Relay } from './model.ts';
import { ConnectorFailure, type Onboarding, type Vault } from './ports.ts';
import { type ConnectorRecords, changeRegistry } from './records.ts';
import { disconnect, makeDefault, onboard, reportProblem } from './registry.ts';
import { connectorView, connectorViews, type Limitations } from './view.ts';

export type ManagingDeps = { records: ConnectorRecords; limitations: Limitations; clock: Clock };

/** @throws ProblemError `not_found` */
export const connectorNamed = (name: string): ConnectorName => {
  const known = CONNECTOR_NAMES.find((candidate) => candidate === name);
  if (!known) throw notFound('connector');
  return known;
};

export const listConnectors = async ({ records, limitations, clock }: ManagingDeps): Promise<api.Connector[]> =>
  connectorViews(await records.find(), limitations, clock());

/** @throws ProblemError `not_found` */
export const getConnector = async (
  { records, limitations, clock }: ManagingDeps,
  name: string,
): Promise<api.Connector> => {
  const known = connectorNamed(name);
  return connectorView(await records.find(), known, limitations, clock());
};

/** @throws ProblemError `not_found`, `connector_not_onboarded` */
export const chooseDefault = async (
  { records, limitations, clock }: ManagingDeps,
  name: string,
  actor: Actor,
): Promise<api.Connector> => {
  const known = connectorNamed(name);
  const now = clock();
  const after = await changeRegistry(records, (registry) => makeDefault(registry, known, { by: actor.name, now }));
  return connectorView(after, known, limitations, now);
};

/**
 * Takes the place of what was set before.
 * @throws ProblemError `invalid_request`
 */
export const setUpRustDesk = async (
  { records, limitations, clock }: ManagingDeps,
  relay: Relay,
  actor: Actor,
): Promise<api.Connector> => {
  if (relay.key !== undefined && relay.relayServer === undefined) {
    throw invalidMember('/key', 'is the key of a relayServer, which must be there too');
  }
  const now = clock();
  const after = await changeRegistry(records, (registry) =>
    onboard(registry, 'rustdesk', { by: actor.name, now, relay }),
  );
  return connectorView(after, 'rustdesk', limitations, now);
};

/** Where the sign-in of each connector is that has one, and where what it keeps secret lies. */
export type Providers = Readonly<
  Partial<Record<ConnectorName, { onboarding: Onboarding; vault: Pick<Vault<unknown>, 'clear'> }>>
>;

const NOT_REVOKED =
  'It is disconnected and its tokens are deleted here, but the provider could not be reached to revoke them: remove this app at the provider.';

/**
 * No session is opened from the first write on. Tokens are deleted here even where they cannot be revoked: then the
 * connector's problem says so until it is onboarded or disconnected again. Done again, it is done.
 * @throws ProblemError `not_found`
 */
export const disconnectConnector = async (
  { records, clock, providers }: Pick<ManagingDeps, 'records' | 'clock'> & { providers: Providers },
  name: string,
  actor: Actor,
): Promise<void> => {
  const known = connectorNamed(name);
  const by = { by: actor.name, now: clock() };
  await changeRegistry(records, (registry) => disconnect(registry, known, by));
  const provider = providers[known];
  if (!provider) return;
  try {
    await provider.onboarding.disconnect();
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    await provider.vault.clear();
    await changeRegistry(records, (registry) => reportProblem(registry, known, NOT_REVOKED, clock()), 'note');
  }
};
