/** The clients that the generators make of a document, and their compilation as strict as their users' is. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../..');

/** Beside the stack, which goes on serving meanwhile. */
const run = async (script: string, ...args: string[]): Promise<void> => {
  try {
    await promisify(execFile)(process.execPath, [script, ...args], { cwd: ROOT });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${script} failed:\n${stdout ?? ''}\n${stderr ?? ''}`, { cause: error });
  }
};

/**
 * @param document the OpenAPI document, as JSON
 * @returns the folder with the clients and what uses them, inside the project, where its packages are found
 */
export const generateClients = async (document: string): Promise<string> => {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'build/clients-'));
  writeFileSync(join(folder, 'openapi.json'), document);
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  await run('test/clients/generate.ts', join(folder, 'openapi.json'), folder);
  return folder;
};

/** @throws Error with what the compiler says */
export const compile = (folder: string): Promise<void> => run('node_modules/typescript/bin/tsc', '-p', folder);
