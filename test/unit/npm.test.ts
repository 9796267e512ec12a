import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';

/** Runs under a shell, as npm runs a script; once that is gone, it ends by itself if nobody ends it well before. */
const PROGRAM = `
import { whenNpmIsGone } from './lib/npm.ts';
const end = (how) => { console.log(how); process.exit(); };
whenNpmIsGone('agent', () => end('told'));
const starter = process.ppid;
const look = setInterval(() => {
  if (process.ppid === starter) return;
  clearInterval(look);
  setTimeout(() => end('not told'), 1000);
}, 10);
console.log('started');
`;

const outputAfterShellIsGone = (script: string): Promise<string> =>
  new Promise((resolve) => {
    const command = '"$0" --input-type=module -e "$1"; true';
    const env = { ...process.env, npm_lifecycle_event: script };
    const shell = spawn('/bin/sh', ['-c', command, process.execPath, PROGRAM], { env });
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'started\n') shell.kill('SIGKILL');
    });
    shell.once('close', () => resolve(output));
  });

it('a process is told when the npm that started it is gone, and no other process is', async () => {
  expect(await Promise.all(['agent', 'test'].map(outputAfterShellIsGone))).toEqual([
    'started\ntold\n',
    'started\nnot told\n',
  ]);
});
