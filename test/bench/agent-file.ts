/** The agent as one file: how large it is, and that it starts. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { atMost, type Figure } from './figure.ts';

const ROOT = join(import.meta.dirname, '../..');

/** It goes to every device: an order for a million of them is a million downloads. */
const MOST_KB = 300;

/** @param folder where it is built */
export const agentFile = (folder: string): Figure[] => {
  const file = join(folder, 'remote-assist-agent.cjs');
  execFileSync(process.execPath, [join(ROOT, 'agent/package/main.ts'), '--output', file], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  return [
    atMost('size of the agent’s one file', statSync(file).size / 1000, MOST_KB, (value) => `${value.toFixed(0)} KB`),
  ];
};
