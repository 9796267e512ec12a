/** Synthesizes the stack for this machine, in a process of its own, as a deployment would. */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from './errors.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

export type SynthesizeOptions = {
  /** The CDK app to run. Default: the project's. */
  app?: string;
  /** CDK context. Default: the stage `local`. */
  context?: Readonly<Record<string, unknown>>;
  /** Ends the synthesis. */
  signal?: AbortSignal;
};

/** Runs the CDK app and has it write its assembly to `outDir`, which is emptied first. Throws `StartError` with its output. */
export const synthesize = async (outDir: string, options: SynthesizeOptions = {}): Promise<void> => {
  const { app = join(ROOT, 'infra', 'app.ts'), context = { stage: 'local' }, signal } = options;
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  // The functions' names come from the constructs' paths, which only the CDK command line asks for by itself.
  const allContext = { 'aws:cdk:enable-path-metadata': true, ...context };
  const child = spawn(process.execPath, [app], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: outDir, CDK_CONTEXT_JSON: JSON.stringify(allContext) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-8_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new StartError(`The stack cannot be synthesized:\n${output.trim()}`);
};
