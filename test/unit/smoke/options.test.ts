/** The smoke test's command line. */
import { expect, test } from 'vitest';
import { readOptions } from '../../smoke/options.ts';

const URL_AND_TOKEN = ['--api', 'https://assist.example.com/', '--token', 't'];

test('an address and a token are enough', () => {
  expect(readOptions(URL_AND_TOKEN, {})).toEqual({ api: 'https://assist.example.com', token: 't', patienceMs: 60_000 });
});

test('the token may come by the environment, where nobody sees it', () => {
  expect(readOptions(URL_AND_TOKEN.slice(0, 2), { REMOTE_ASSIST_TOKEN: ' secret\n' })).toMatchObject({
    token: 'secret',
  });
});

test('connector and patience can be said', () => {
  expect(readOptions([...URL_AND_TOKEN, '--connector', 'teamviewer', '--patience', '5'], {})).toMatchObject({
    connector: 'teamviewer',
    patienceMs: 5000,
  });
});

test.each([
  ['no address', ['--token', 't'], /--api URL is needed/],
  ['an address of another kind', ['--api', 'ftp://x', '--token', 't'], /--api URL is needed/],
  ['an address with a path', ['--api', 'https://x.example/v1', '--token', 't'], /must have no path/],
  ['no token', ['--api', 'https://x.example'], /--token TOKEN or REMOTE_ASSIST_TOKEN is needed/],
  ['an unknown connector', [...URL_AND_TOKEN, '--connector', 'vnc'], /--connector is vnc: teamviewer or rustdesk/],
  ['no patience', [...URL_AND_TOKEN, '--patience', '0'], /--patience is 0/],
  ['an unknown option', [...URL_AND_TOKEN, '--fast'], /--fast/],
])('%s is wrong usage', (_what, args, message) => {
  expect(() => readOptions(args, {})).toThrow(message);
});
