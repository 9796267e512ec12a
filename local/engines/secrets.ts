/**
 * The values of secrets, in DATA_DIR: each in a file of its own, encrypted with a key in another file that only its
 * owner may read, and replaced whole, so that a `kill -9` leaves the old value or the new one.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type SecretValue = { text: string; versionId: string; createdAt: number };

export type SecretStore = {
  /** @returns `undefined` where none was ever put */
  get(name: string): SecretValue | undefined;
  /** Kept when this returns. */
  put(name: string, value: SecretValue): void;
};

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const OWNER_ONLY = 0o600;

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

const readIfThere = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const writeWhole = (path: string, contents: Buffer): void => {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', OWNER_ONLY);
  try {
    writeSync(file, contents);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
};

const keyIn = (path: string): Buffer => {
  const known = readIfThere(path);
  if (known) return known;
  const key = randomBytes(32);
  writeWhole(path, key);
  return key;
};

export const openSecrets = (dataDir: string): SecretStore => {
  const folder = join(dataDir, 'secrets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = keyIn(join(folder, 'key'));
  const fileOf = (name: string): string => join(folder, createHash('sha256').update(name).digest('hex'));

  return {
    get: (name) => {
      const sealed = readIfThere(fileOf(name));
      if (!sealed) return undefined;
      try {
        const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES));
        decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
        return JSON.parse(text.toString()) as SecretValue;
      } catch {
        throw new Error(`The secret ${name} in ${folder} cannot be decrypted: its key is not the one there.`);
      }
    },
    put: (name, value) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv);
      const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
      writeWhole(fileOf(name), Buffer.concat([iv, cipher.getAuthTag(), text]));
    },
  };
};
