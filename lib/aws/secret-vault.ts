/** A vault in Secrets Manager: one secret, whose value is replaced whole. */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Vault } from '../connectors/ports.ts';
import { CALLS } from './calls.ts';

/** What a cleared vault holds: a secret cannot go back to having no value. */
const CLEARED = 'null';

/** A secret that never had a value is answered like one that does not exist. */
const isWithoutValue = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export const createSecretVault = <Value>(secretArn: string, schema: z.ZodMiniType<Value>): Vault<Value> => {
  const client = new SecretsManagerClient(CALLS);

  const put = async (text: string): Promise<void> => {
    await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: text }));
  };

  const current = async (): Promise<string | undefined> => {
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString;
    } catch (error) {
      if (isWithoutValue(error)) return undefined;
      throw error;
    }
  };

  const parse = (text: string): Value => {
    // What a parser says of a value may show some of it.
    const { success, data } = z.safeParse(schema, jsonOf(text));
    if (!success) throw new Error(`The secret ${secretArn} has a value of another kind than this version writes.`);
    return data;
  };

  return {
    read: async () => {
      const text = await current();
      return text === undefined || text === CLEARED ? undefined : parse(text);
    },
    write: (value) => put(JSON.stringify(value)),
    clear: async () => {
      // Secrets Manager keeps the value before the current one at hand: twice, so that this is none either.
      await put(CLEARED);
      await put(CLEARED);
    },
  };
};
