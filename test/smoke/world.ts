/** What the parts of the smoke test work with, and what they have made so far. */
import { randomUUID } from 'node:crypto';
import type { ConnectorName } from '../../lib/api/assistance.ts';
import type { Client } from '../../lib/api/client.ts';
import { poll } from '../../lib/api/restarts.ts';
import type { Patience } from './patience.ts';

export const AGENT_VERSION = 'smoke-test';

/** The test device, as its agent would know itself. */
export type Device = {
  readonly id: string;
  readonly call: Client;
  /** One poll, as the boot that `bootId` names. */
  readonly poll: () => ReturnType<typeof pollOnce>;
  /** Another boot, as after a restart. */
  readonly boot: () => void;
  readonly bootId: () => string;
};

export type World = {
  /** A client with this token. */
  readonly as: (token: string) => Client;
  readonly admin: Client;
  readonly anybody: Client;
  /** The device's name, of this run alone. */
  readonly name: string;
  readonly connector: ConnectorName | undefined;
  readonly patience: Patience;
  /** What is there to be taken away again, as far as it is known. */
  readonly made: { enrollmentTokenId?: string; enrolled?: 'perhaps' | Device };
};

const pollOnce = (call: Client, bootId: string, bootedAt: string) =>
  call(poll, { body: { bootId, bootedAt, agentVersion: AGENT_VERSION } });

export const createDevice = (id: string, call: Client): Device => {
  let bootId: string;
  let bootedAt: string;
  const boot = (): void => {
    bootId = randomUUID();
    bootedAt = new Date().toISOString();
  };
  boot();
  return { id, call, poll: () => pollOnce(call, bootId, bootedAt), boot, bootId: () => bootId };
};

/** @throws Error where the device was not enrolled, or its answer was lost */
export const deviceOf = ({ made }: World): Device => {
  if (made.enrolled === undefined || made.enrolled === 'perhaps') throw new Error('the device is not enrolled');
  return made.enrolled;
};
