/** Starts a program of the operating system that may stay open for long, such as a browser: not waited for, and never a shell. */
import { spawn } from 'node:child_process';

/** @returns whether it ended well, or still ran after a moment; never throws */
export type Launch = (file: string, args: readonly string[]) => Promise<boolean>;

const MOMENT_MS = 3_000;

export const launch: Launch = (file, args) =>
  new Promise((resolve) => {
    const child = spawn(file, args, { detached: true, stdio: 'ignore', windowsHide: true });
    const timer = setTimeout(() => resolve(true), MOMENT_MS);
    const done = (ok: boolean) => {
      clearTimeout(timer);
      resolve(ok);
    };
    child.once('error', () => done(false));
    child.once('exit', (code) => done(code === 0));
    child.unref();
  });
