/** Signing for Windows, with a certificate made for the test: as a file, and behind a PKCS#11 module. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SignValues, signerFrom } from '../../agent/package/sign.ts';
import { UsageError } from '../../lib/command-line.ts';
import { built } from './packages.ts';

const windows = built('windows');
const msi = built('msi');
const osslsigncode = built('osslsigncode');
const softhsm = built('softhsm');

test('nothing is signed where nothing is said, and half of it is refused', () => {
  expect(signerFrom({})).toBeUndefined();
  expect(() => signerFrom({ 'sign-certificate': 'c.pem' })).toThrow(UsageError);
  expect(() => signerFrom({ 'sign-timestamp': 'http://t' })).toThrow('--sign-certificate and --sign-key');
  expect(() => signerFrom({ 'sign-certificate': 'c.pem', 'sign-key': 'pkcs11:token=t' })).toThrow(
    '--sign-pkcs11-module',
  );
});

describe.skipIf(osslsigncode.missing || windows.missing)('signed', () => {
  let dir: string;
  const at = (name: string) => join(dir, name);

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'remote-assist-sign-'));
    const usage = ['-addext', 'extendedKeyUsage=codeSigning', '-addext', 'keyUsage=digitalSignature'];
    const files = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
    const kind = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=Test signer'];
    execFileSync('openssl', ['req', ...kind, ...files, ...usage], { stdio: 'ignore' });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const verified = (path: string): string => {
    const { stdout } = spawnSync('osslsigncode', ['verify', '-CAfile', at('cert.pem'), '-in', path], {
      encoding: 'utf8',
    });
    return stdout;
  };
  const sign = (values: SignValues, path: string) => signerFrom(values)?.(path);

  test('a program verifies, and one that was changed since does not', () => {
    const program = at('host.exe');
    copyFileSync(join(windows.path, 'remote-assist-host.exe'), program);
    expect(verified(program)).not.toContain('Number of verified signatures: 1');
    sign({ 'sign-certificate': at('cert.pem'), 'sign-key': at('key.pem') }, program);
    expect(verified(program)).toContain('Number of verified signatures: 1');
  });

  test('the agent verifies too, though it was made of a signed Node', () => {
    const program = at('agent.exe');
    copyFileSync(join(windows.path, 'remote-assist-agent.exe'), program);
    sign({ 'sign-certificate': at('cert.pem'), 'sign-key': at('key.pem') }, program);
    expect(verified(program)).toContain('Number of verified signatures: 1');
  });

  test.skipIf(msi.missing)('the package verifies', () => {
    copyFileSync(msi.path, at('agent.msi'));
    sign({ 'sign-certificate': at('cert.pem'), 'sign-key': at('key.pem') }, at('agent.msi'));
    expect(verified(at('agent.msi'))).toContain('Number of verified signatures: 1');
  });

  test.skipIf(softhsm.missing)('a key in a token signs by its PIN', () => {
    mkdirSync(at('tokens'));
    writeFileSync(at('softhsm.conf'), `directories.tokendir = ${at('tokens')}\n`);
    writeFileSync(at('pin'), '1234');
    process.env['SOFTHSM2_CONF'] = at('softhsm.conf');
    const token = (...args: string[]) => execFileSync('softhsm2-util', args, { stdio: 'ignore' });
    token('--init-token', '--free', '--label', 'test', '--pin', '1234', '--so-pin', '5678');
    token('--import', at('key.pem'), '--token', 'test', '--label', 'signer', '--id', 'a1', '--pin', '1234');
    copyFileSync(join(windows.path, 'remote-assist-host.exe'), at('token.exe'));
    const values = {
      'sign-certificate': at('cert.pem'),
      'sign-pkcs11-module': softhsm.path,
      'sign-key': 'pkcs11:token=test;object=signer',
      'sign-password-file': at('pin'),
    };
    sign(values, at('token.exe'));
    expect(verified(at('token.exe'))).toContain('Number of verified signatures: 1');
  });

  test('a key that does not fit says so, and leaves the file as it was', () => {
    const program = at('unsigned.exe');
    copyFileSync(join(windows.path, 'remote-assist-host.exe'), program);
    expect(() => sign({ 'sign-certificate': at('cert.pem'), 'sign-key': at('none.pem') }, program)).toThrow('none.pem');
    expect(verified(program)).not.toContain('Number of verified signatures: 1');
  });
});
