/**
 * `npm run bench`: measures what the design promises, prints one Markdown table, and fails where a target is missed.
 * Every time is a ratio within this run, so that it says the same on any machine; see docs/performance.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions } from '../../infra/bundle.ts';
import { runCommand } from '../../lib/command-line.ts';
import { synthesize } from '../../local/synthesize.ts';
import { table } from './figure.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { measureSections } from './sections.ts';

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const bench = async ({ devices, sections }: Options): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-bench-'));
  try {
    const assemblyDir = join(folder, 'assembly');
    bundleFunctions();
    await synthesize(assemblyDir);
    const measured = await measureSections(sections, { folder, assemblyDir, devices, note });
    const figures = measured.flatMap((section) => section.figures);
    const tables = measured.flatMap((section) => section.tables ?? []);
    console.log([table(figures), ...tables].join('\n\n'));
    const failing = figures.filter(({ verdict }) => verdict === 'MISSED' || verdict === 'noisy');
    if (failing.length > 0) note(`${failing.length} missed, or too near to tell on a busy machine.`);
    return failing.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

process.exitCode = await runCommand(USAGE, readOptions, bench);
