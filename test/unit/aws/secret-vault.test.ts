/** The vault, through the real client, in the local stack's Secrets Manager. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { createSecretVault } from '../../../lib/aws/secret-vault.ts';
import { CallCounts } from '../../../local/aws/call-counts.ts';
import { type AwsGateway, startAwsGateway } from '../../../local/aws/gateway.ts';
import { secretsHandler } from '../../../local/aws/secretsmanager.ts';
import { openSecrets } from '../../../local/engines/secrets.ts';

const SECRET = { name: 'teamviewer', arn: 'arn:aws:secretsmanager:eu-central-1:000000000000:secret:teamviewer-a1b2c3' };
const Value = z.object({ token: z.string() });

let dataDir: string;
let gateway: AwsGateway;
let counts: CallCounts;

const open = (): void =>
  gateway.open(new Map([['LOCALTEST', { name: 'test', arn: 'arn:test', roleArn: '' }]]), {
    secretsmanager: secretsHandler([SECRET], openSecrets(dataDir)),
  });

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'remote-assist-secrets-'));
  counts = new CallCounts();
  gateway = await startAwsGateway(counts, () => {});
  open();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'LOCALTEST');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ENDPOINT_URL', gateway.endpoint);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await gateway.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a vault', () => {
  it('is empty until something is put into it', async () => {
    expect(await createSecretVault(SECRET.arn, Value).read()).toBeUndefined();
  });

  it('gives what was written last', async () => {
    const vault = createSecretVault(SECRET.arn, Value);
    await vault.write({ token: 'first' });
    await vault.write({ token: 'second' });
    expect(await vault.read()).toEqual({ token: 'second' });
  });

  it('is empty once it is cleared, the value before the current one too', async () => {
    const vault = createSecretVault(SECRET.arn, Value);
    await vault.write({ token: 'first' });
    await vault.clear();
    expect(await vault.read()).toBeUndefined();
    expect(counts.list().find(({ action }) => action === 'PutSecretValue')?.count).toBe(3);
  });

  it('shows nothing of a value that it cannot read', async () => {
    await createSecretVault(SECRET.arn, z.object({ other: z.string() })).write({ other: 'very secret' });
    const error = await createSecretVault(SECRET.arn, Value)
      .read()
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('very secret');
    expect(String(error)).toContain('another kind');
  });

  it('says what AWS says of anything else', async () => {
    gateway.interceptors.push(() => ({
      status: 400,
      headers: {},
      body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
    }));
    await expect(createSecretVault(SECRET.arn, Value).read()).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the local stack keeps a secret', () => {
  it('when it ends and starts again', async () => {
    await createSecretVault(SECRET.arn, Value).write({ token: 'kept' });
    open();
    expect(await createSecretVault(SECRET.arn, Value).read()).toEqual({ token: 'kept' });
  });

  it('encrypted, with a key that only its owner may read', async () => {
    await createSecretVault(SECRET.arn, Value).write({ token: 'not to be seen' });
    const folder = join(dataDir, 'secrets');
    const files = readdirSync(folder);
    expect(files).toHaveLength(2);
    for (const file of files) {
      expect(readFileSync(join(folder, file)).includes('not to be seen')).toBe(false);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('and nobody reads it with another key, or changes it', async () => {
    await createSecretVault(SECRET.arn, Value).write({ token: 'kept' });
    writeFileSync(join(dataDir, 'secrets', 'key'), Buffer.alloc(32));
    const store = openSecrets(dataDir);
    expect(() => store.get(SECRET.name)).toThrow('cannot be decrypted');
  });
});

const send = async (action: string, input: Record<string, unknown>) => {
  const handle = secretsHandler([SECRET], openSecrets(dataDir));
  const { status, body } = await handle({
    caller: { name: 'test', arn: 'arn:test', roleArn: '' },
    service: 'secretsmanager',
    action,
    target: `secretsmanager.${action}`,
    body: JSON.stringify(input),
    invocationId: 'one',
    signal: AbortSignal.timeout(1000),
  });
  return { status, ...(JSON.parse(String(body)) as Record<string, unknown>) };
};

describe('as AWS does, it', () => {
  it('tells a secret without a value from none only by its message', async () => {
    expect(await send('GetSecretValue', { SecretId: SECRET.arn })).toMatchObject({
      status: 400,
      __type: 'ResourceNotFoundException',
      message: expect.stringContaining('AWSCURRENT'),
    });
    expect(await send('GetSecretValue', { SecretId: 'other' })).toMatchObject({ __type: 'ResourceNotFoundException' });
  });

  it('takes the same put again, and no other value under its token', async () => {
    const put = { SecretId: SECRET.name, SecretString: 'a', ClientRequestToken: 'token-1' };
    const first = await send('PutSecretValue', put);
    expect(await send('PutSecretValue', put)).toEqual(first);
    expect(await send('PutSecretValue', { ...put, SecretString: 'b' })).toMatchObject({
      __type: 'ResourceExistsException',
    });
  });

  it.each([
    ['PutSecretValue', {}, 'InvalidParameterException'],
    ['PutSecretValue', { SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
    ['GetSecretValue', { VersionStage: 'AWSPREVIOUS' }, 'InvalidParameterException'],
    ['RotateSecret', {}, 'UnknownOperationException'],
  ])('refuses %s with %o', async (action, input, name) => {
    expect(await send(action, { SecretId: SECRET.arn, ...input })).toMatchObject({ status: 400, __type: name });
  });
});
