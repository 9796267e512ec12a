/** An agent tells a server that is older than itself no more than that takes. */
import { describe, expect, it } from 'vitest';
import { newerMembers } from '../../../agent/newer-members.ts';
import { ApiError } from '../../../lib/api/client.ts';

const BODY = { bootId: 'boot-0001', uptimeSeconds: 12, name: 'FINANCE-07' };

const refusing = (path: string) =>
  new ApiError(
    400,
    {
      type: 'about:blank',
      title: 'The request is not valid',
      status: 400,
      detail: 'is not known',
      instance: 'x',
      code: 'invalid_request',
      errors: [{ path, message: 'is not known' }],
    },
    'is not known',
  );

describe('what an older server does not know', () => {
  it.each(['/uptimeSeconds', '/name'])('is left out once it has refused it, and from then on: %s', async (path) => {
    const sent: unknown[] = [];
    const withNewer = newerMembers();
    const send = async (body: Partial<typeof BODY>) => {
      sent.push(body);
      if ('name' in body || 'uptimeSeconds' in body) throw refusing(path);
      return 'taken';
    };
    expect(await withNewer(BODY, send)).toBe('taken');
    expect(await withNewer(BODY, send)).toBe('taken');
    expect(sent).toEqual([BODY, { bootId: 'boot-0001' }, { bootId: 'boot-0001' }]);
  });

  it('is told again after any other failure', async () => {
    const withNewer = newerMembers();
    const failures = [refusing('/bootId'), new Error('no connection')];
    for (const failure of failures) {
      await expect(withNewer(BODY, () => Promise.reject(failure))).rejects.toBe(failure);
    }
    expect(await withNewer(BODY, async (body) => body)).toEqual(BODY);
  });
});
