/** The TeamViewer of `npm start -- --teamviewer-fake`, and what it tells people to try. */
import { afterEach, expect, it } from 'vitest';
import { type LocalTeamViewer, startLocalTeamViewer } from '../../../local/teamviewer-fake.ts';
import { decideAt } from '../../fakes/teamviewer/browser.ts';

const API = 'http://127.0.0.1:4711';

let running: LocalTeamViewer;
afterEach(() => running.stop());

it('knows the app that it tells of, and goes back to the API', async () => {
  running = await startLocalTeamViewer();
  const lines = running.introduce(API);
  const body = /onboarding .* -d '(\{.*\})'/.exec(lines)?.[1] ?? '';
  const { acceptLicense, clientId } = JSON.parse(body) as Record<string, string>;
  expect(acceptLicense).toBe(true);
  const redirectUri = `${API}/v1/connectors/teamviewer/callback`;
  const query = { response_type: 'code', client_id: clientId ?? '', redirect_uri: redirectUri, state: 's' };
  const login = `${running.environment.TEAMVIEWER_LOGIN_URL}/oauth2/authorize?${new URLSearchParams(query)}`;
  const back = new URL(await decideAt(login, 'accept'));
  expect(back.origin + back.pathname).toBe(redirectUri);
  expect(back.searchParams.get('code')).toBeTruthy();
  expect((await fetch(`${running.environment.TEAMVIEWER_API_URL}/ping`)).status).toBe(200);
});

it('prints lines that work: its calls are seen, its faults are switched', async () => {
  running = await startLocalTeamViewer();
  const lines = running.introduce(API);
  const [control = ''] = /http:\S+\/__fake/.exec(lines) ?? [];
  const fault = /faults -d '(.*)'/.exec(lines)?.[1] ?? '';
  expect((await fetch(`${control}/faults`, { method: 'POST', body: fault })).status).toBe(204);
  expect((await fetch(`${control}/tokens/expire`, { method: 'POST' })).status).toBe(204);
  const reply = await fetch(`${running.environment.TEAMVIEWER_API_URL}/sessions`, { method: 'POST', body: '{}' });
  expect([reply.status, await reply.json()]).toEqual([403, expect.objectContaining({ error: 'rate_limit_reached' })]);
  expect(await (await fetch(`${control}/calls`)).json()).toMatchObject([{ operation: 'POST /sessions', status: 403 }]);
  expect(await (await fetch(`${control}/sessions`)).json()).toEqual([]);
  const set = async (what: string, body: string) =>
    (await fetch(`${control}/${what}`, { method: 'POST', body })).status;
  expect(await set('settings', /settings -d '(.*)'/.exec(lines)?.[1] ?? '')).toBe(204);
  for (const [what, body] of [
    ['faults', '{"fault":"odd"}'],
    ['faults', 'null'],
    ['settings', '{"states":"ajar"}'],
    ['settings', '{"tokenLivesSeconds":"1"}'],
  ] as const) {
    expect(await set(what, body)).toBe(400);
  }
});
