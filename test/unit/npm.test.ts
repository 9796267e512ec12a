import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';

/** Runs under a shell, as npm runs a script, and says what it was told. */
const PROGRAM = `
import { whenNpmIsGone } from './lib/npm.ts';
whenNpmIsGone('agent', () => { console.log('gone'); process.exit(); });
console.log('started');
process.stdin.on('end', () => { console.log('asked'); process.exit(); }).resume();
`;

const outputAfterShellIsGone = (script: string): Promise<string> =>
  new Promise((resolve) => {
    const shell = spawn(
      '/bin/sh',
      ['-c', 'exec 3<&0; "$0" --input-type=module -e "$1" <&3; true', process.execPath, PROGRAM],
      {
        env: { ...process.env, npm_lifecycle_event: script },
      },
    );
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output === 'started\n') shell.kill('SIGKILL');
    });
    shell.once('exit', () => {
      // Whoever was not started by this script of npm's goes on until it is asked to end.
      if (script !== 'agent') shell.stdin.end();
    });
    shell.once('close', () => resolve(output));
  });

it('a process ends with the npm that started it, and with nothing else', async () => {
  expect(await Promise.all(['agent', 'test'].map(outputAfterShellIsGone))).toEqual([
    'started\ngone\n',
    'started\nasked\n',
  ]);
});
