/** Where the enrolment token comes from. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { enrollmentToken } from '../../../agent/cli/enrollment-token.ts';
import { WrongUsage } from '../../../agent/cli/usage.ts';
import { Refusal } from '../../../agent/refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'enrollment-token-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (content: string): string => {
  const path = join(folder, 'token');
  writeFileSync(path, content);
  return path;
};
const from = (options: Parameters<typeof enrollmentToken>[1], input = '') =>
  enrollmentToken({ input: Readable.from([input]) }, options);

describe('the enrolment token', () => {
  it('comes from the command line, a file, or standard input, without the ends of lines', async () => {
    expect(await from({ 'enrollment-token': ' rae_1 ' })).toBe('rae_1');
    expect(await from({ 'enrollment-token-file': file('rae_2\r\n') })).toBe('rae_2');
    expect(await from({ 'enrollment-token-file': '-' }, 'rae_3\n')).toBe('rae_3');
  });

  it('comes from one of them', async () => {
    await expect(from({})).rejects.toThrow(WrongUsage);
    await expect(from({ 'enrollment-token': 'rae_1', 'enrollment-token-file': '-' })).rejects.toThrow(WrongUsage);
    await expect(from({ 'enrollment-token-file': ' ' })).rejects.toThrow(WrongUsage);
  });

  it('is missed in words where the file has none, or is not there', async () => {
    await expect(from({ 'enrollment-token-file': file('\n') })).rejects.toThrow(
      /There is no enrolment token in .*token/,
    );
    await expect(from({ 'enrollment-token-file': '-' })).rejects.toThrow('standard input');
    const missing = from({ 'enrollment-token-file': join(folder, 'missing') });
    await expect(missing).rejects.toThrow(Refusal);
    await expect(missing).rejects.toThrow(/cannot be read/);
  });
});
