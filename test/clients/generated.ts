/** The clients that the generators make of a document, and their compilation as strict as their users' is. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

const run = (script: string, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}\n${stderr}`);
  return stdout;
};

/**
 * @param document the OpenAPI document, as JSON
 * @returns the folder with the clients and what uses them, inside the project, where its packages are found
 */
export const generateClients = (document: string): string => {
  mkdirSync(join(ROOT, 'build'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, 'build/clients-'));
  writeFileSync(join(folder, 'openapi.json'), document);
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true });
  run('test/clients/generate.ts', join(folder, 'openapi.json'), folder);
  return folder;
};

/** @throws Error with what the compiler says */
export const compile = (folder: string): void => {
  run('node_modules/typescript/bin/tsc', '-p', folder);
};
