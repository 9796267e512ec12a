/** A vault and a lease as several processes share them: the vault behind its writes, if a test wants it so. */
import type { Lease, Vault } from '../../../lib/connectors/ports.ts';

export type TestVault<Value> = Vault<Value> & {
  value: Value | undefined;
  reads: number;
  writes: number;
  /** How many of the next reads still get what was there before the last write. */
  behind: number;
  /** Makes the next writes fail. */
  failures: number;
};

export const testVault = <Value>(value?: Value): TestVault<Value> => {
  let before: Value | undefined;
  const vault: TestVault<Value> = {
    value,
    reads: 0,
    writes: 0,
    behind: 0,
    failures: 0,
    read: async () => {
      vault.reads += 1;
      await new Promise(setImmediate);
      if (vault.behind === 0) return structuredClone(vault.value);
      vault.behind -= 1;
      return structuredClone(before);
    },
    write: async (next) => {
      await new Promise(setImmediate);
      if (vault.failures > 0) {
        vault.failures -= 1;
        throw new Error('the vault is not there');
      }
      before = vault.value;
      vault.value = structuredClone(next);
      vault.writes += 1;
    },
    clear: async () => {
      vault.value = undefined;
    },
  };
  return vault;
};

export type TestLease = Lease & { taken: number; held: boolean };

export const testLease = (): TestLease => {
  const lease: TestLease = {
    taken: 0,
    held: false,
    acquire: async () => {
      await new Promise(setImmediate);
      if (lease.held) return false;
      lease.held = true;
      lease.taken += 1;
      return true;
    },
    release: async () => {
      lease.held = false;
    },
  };
  return lease;
};
