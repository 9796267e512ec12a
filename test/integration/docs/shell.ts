/**
 * Runs what a document shows as a reader would: its blocks one after another in one shell. What cannot run here has a
 * stand-in, which takes down how it was called and says what the rest of the block needs to hear.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Block } from '../../support/documents.ts';
import { STAND_INS } from './commands.ts';

/** Each call is a line of arguments between unit separators, which no argument has. */
const UNIT = '\u001f';
const RECORD = '\u001e';

/** `aws sqs receive-message` finds one message and then none, so that loops over a queue end. */
const STAND_IN = `#!/bin/bash
printf '%s${UNIT}' "$BLOCK" "$(basename "$0")" "$@" >>"$CALLS"
printf '${RECORD}' >>"$CALLS"
case "$(basename "$0") $*" in
  'npm run -s sign-in'*) echo "$ADMIN_TOKEN" ;;
  'aws cloudformation describe-stacks'*ApiUrl*) echo "$STACK_URL" ;;
  'aws cloudformation describe-stacks'*TokenIssuer*) echo https://login.example.com/ ;;
  'aws sqs receive-message'*) [ -e received ] || echo '{"Body":"{}","ReceiptHandle":"handle"}'; touch received ;;
  'aws logs get-query-results'*status*) echo Complete ;;
  'aws logs get-query-results'*) echo '{"results":[[{"field":"@message","value":"line"}]]}' ;;
  'aws dynamodb scan'*) echo "$ITEMS" ;;
  'aws lambda invoke'*) echo '{"StatusCode":200}' ;;
  aws*) echo value ;;
esac
`;

export type Call = { readonly where: string; readonly command: readonly string[] };
export type Run = { readonly calls: readonly Call[]; readonly failed: string | undefined };

/**
 * Runs a document's shell blocks in an empty folder.
 * @param variables what a reader has at hand; any other variable that a block uses without setting it is a fault
 * @returns what was called in place of real programs, and where and why a block failed, if one did
 */
export const runBlocks = async (blocks: readonly Block[], variables: Record<string, string>): Promise<Run> => {
  const folder = mkdtempSync(join(tmpdir(), 'remote-assist-docs-'));
  try {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    for (const name of STAND_INS) {
      writeFileSync(join(bin, name), STAND_IN);
      chmodSync(join(bin, name), 0o755);
    }
    const script = blocks.map(({ where, text }) => `export BLOCK='${where}'\n${text}`).join('\n');
    const calls = join(folder, 'calls');
    const env = {
      ...variables,
      CALLS: calls,
      HOME: folder,
      PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`,
    };
    const trap = `trap 'echo "$BLOCK: ended with $?: $BASH_COMMAND" >&2' ERR\n`;
    const failed = await new Promise<string | undefined>((resolve) => {
      execFile('bash', ['-Eeuo', 'pipefail', '-c', trap + script], { cwd: folder, env }, (error, _out, stderr) =>
        resolve(error ? stderr.trim() || error.message : undefined),
      );
    });
    const records = existsSync(calls) ? readFileSync(calls, 'utf8').split(RECORD).slice(0, -1) : [];
    return {
      failed,
      calls: records.map((record) => {
        const [where = '', ...command] = record.split(UNIT).slice(0, -1);
        return { where, command };
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
