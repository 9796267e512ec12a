/** The engine's process ends with the runner, on whatever platform and however it was started. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findDynoxide } from '../../../local/engines/find-dynoxide.ts';
import { type EngineProcess, SUPERVISIONS, startProcess } from '../../../local/engines/process.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'remote-assist-engine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As npm's executables are: a script that starts the engine and waits for it. */
const script = join(folder, 'dynoxide');
writeFileSync(script, `#!/bin/sh\n${findDynoxide()} "$@" &\nwait $!\n`);
chmodSync(script, 0o755);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const serves = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

const argsFor = (port: number) => ['serve', '--host', '127.0.0.1', '--port', String(port)];

const executables = { 'the engine itself': findDynoxide(), 'a script that starts it': script };

describe.each(Object.entries(SUPERVISIONS))('supervised as %s', (_name, supervision) => {
  const start = async (command: string): Promise<{ port: number; engine: EngineProcess }> => {
    const port = await freePort();
    return { port, engine: await startProcess(command, argsFor(port), supervision) };
  };

  it('is stopped, and is gone', async () => {
    const { port, engine } = await start(executables['the engine itself']);
    expect(await serves(port)).toBe(true);
    await engine.stop();
    expect(await serves(port)).toBe(false);
  });

  it('is killed, and is gone', async () => {
    const { port, engine } = await start(executables['the engine itself']);
    engine.kill();
    await engine.exited;
    await until(async () => !(await serves(port)));
  });

  it('says why it does not start', async () => {
    await expect(startProcess(executables['the engine itself'], ['serve', '--port', 'x'], supervision)).rejects.toThrow(
      /invalid value 'x'/,
    );
    await expect(startProcess(join(folder, 'none'), [], supervision)).rejects.toThrow(/not found|ENOENT/);
  });
});

it.each(['stop', 'kill'] as const)('on %s a script takes the engine that it started with it', async (how) => {
  const port = await freePort();
  const engine = await startProcess(script, argsFor(port), SUPERVISIONS.posix);
  await engine[how]();
  await engine.exited;
  await until(async () => !(await serves(port)));
});

it.each(Object.keys(SUPERVISIONS))('goes with a runner that is killed: %s', async (name) => {
  const port = await freePort();
  const runner = `
    const { startProcess, SUPERVISIONS } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/engines/process.ts'))});
    await startProcess(${JSON.stringify(findDynoxide())}, ${JSON.stringify(argsFor(port))}, SUPERVISIONS.${name});
    process.kill(process.pid, 'SIGKILL');`;
  expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', runner], { stdio: 'pipe' })).toThrow();
  await until(async () => !(await serves(port)));
});
