import { expect, it } from 'vitest';
import { isLoopback, readSettings } from '../../../local/settings.ts';

it.each([
  ['http://127.0.0.1:9', true],
  ['http://127.8.8.8/x', true],
  ['https://localhost/x', true],
  ['http://[::1]:1', true],
  ['http://127.0.0.1.example.com', false],
  ['http://localhost.example.com', false],
  ['http://127.0.0.1@example.com', false],
  ['http://10.0.0.1', false],
  ['file:///etc/passwd', false],
  ['rubbish', false],
])('%s is loopback: %s', (url, expected) => {
  expect(isLoopback(url)).toBe(expected);
});

it('has defaults', () => {
  expect(readSettings({})).toMatchObject({ port: 3000, functionEnvironment: {}, logToStderr: false });
  expect(readSettings({}).dataDir).toMatch(/\.local$/);
  expect(readSettings({ PORT: '0' }).port).toBe(0);
});

it.each(['x', '-1', '70000', '1.5'])('refuses the port %s', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow(/PORT/);
});

it('passes on what is loopback, and nothing else', () => {
  expect(readSettings({ WEBHOOK_URL: 'http://127.0.0.1:1/h', OTHER: 'x' }).functionEnvironment).toEqual({
    WEBHOOK_URL: 'http://127.0.0.1:1/h',
  });
  expect(() => readSettings({ TEAMVIEWER_LOGIN_URL: 'https://login.teamviewer.com' })).toThrow(/TEAMVIEWER_LOGIN_URL/);
});
