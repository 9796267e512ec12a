/** Which executable of the DynamoDB engine is taken, and what a developer is told where there is none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INSTALL, type Search, searchDynoxide } from '../../../local/engines/find-dynoxide.ts';
import { StartError } from '../../../local/errors.ts';

const PACKAGES: Record<string, string> = { '@dynoxide/linux-x64/dynoxide': '/project/node_modules/dynoxide' };

const search = (changes: Partial<Search> & { files?: string[] } = {}): string =>
  searchDynoxide({
    path: '/usr/bin:/opt/bin',
    platform: 'linux',
    arch: 'x64',
    resolve: (specifier) => PACKAGES[specifier],
    isExecutable: (path) => (changes.files ?? []).includes(path),
    ...changes,
  });

const onMac = { platform: 'darwin', arch: 'arm64' };

test('that of the packages, where they have one', () => {
  expect(search({ files: ['/opt/bin/dynoxide'] })).toBe('/project/node_modules/dynoxide');
});

test('the one that DYNOXIDE_BIN names, before all others', () => {
  expect(search({ named: '/here/dynoxide', files: ['/here/dynoxide', '/opt/bin/dynoxide'] })).toBe('/here/dynoxide');
  expect(() => search({ named: '/gone', files: ['/opt/bin/dynoxide'] })).toThrow(
    'DYNOXIDE_BIN is /gone, which is no file that can be executed.',
  );
});

test('the first on the PATH, on a platform that the packages know nothing of', () => {
  expect(search({ ...onMac, files: ['/usr/bin/dynoxide', '/opt/bin/dynoxide'] })).toBe('/usr/bin/dynoxide');
  expect(search({ ...onMac, named: '', path: '::/opt/bin', files: ['/opt/bin/dynoxide'] })).toBe('/opt/bin/dynoxide');
});

test('one that the command has brought among the packages', () => {
  const resolve = (specifier: string) => (specifier === '@dynoxide/win32-x64/dynoxide.exe' ? 'C:\\d.exe' : undefined);
  expect(search({ platform: 'win32', arch: 'x64', resolve })).toBe('C:\\d.exe');
});

test('none: the refusal names the one command, as the README and the local stack’s page do', () => {
  expect(() => search(onMac)).toThrow(StartError);
  expect(() => search(onMac)).toThrow(
    /for darwin-arm64\. This installs one:\s+npm install --no-save dynoxide@[\d.]+\n/,
  );
  for (const page of ['README.md', 'docs/local-stack.md']) {
    expect(readFileSync(join(import.meta.dirname, '../../..', page), 'utf8')).toContain(INSTALL);
  }
});
