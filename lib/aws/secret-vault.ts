/** A vault in Secrets Manager: one secret, whose value is replaced whole. */
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import type { Vault } from '../connectors/ports.ts';

/** What a cleared vault holds: a secret cannot go back to having no value. */
const CLEARED = 'null';

/** A secret that never had a value is answered like one that does not exist. */
const isWithoutValue = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ResourceNotFoundException';

export const createSecretVault = <Value>(secretArn: string, schema: z.ZodMiniType<Value>): Vault<Value> => {
  const client = new SecretsManagerClient({});

  const put = async (text: string): Promise<void> => {
    await client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: text }));
  };

  return {
    read: async () => {
      try {
        const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
        if (SecretString === undefined || SecretString === CLEARED) return undefined;
        return z.parse(schema, JSON.parse(SecretString));
      } catch (error) {
        if (isWithoutValue(error)) return undefined;
        // What a parser says of a value may show some of it.
        if (error instanceof SyntaxError || error instanceof z.core.$ZodError) {
          throw new Error(`The secret ${secretArn} has a value of another kind than this version writes.`);
        }
        throw error;
      }
    },
    write: (value) => put(JSON.stringify(value)),
    clear: async () => {
      // Secrets Manager keeps the value before the current one at hand: twice, so that this is none either.
      await put(CLEARED);
      await put(CLEARED);
    },
  };
};
