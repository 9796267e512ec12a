/** What the console's function is told of its stage, and that an issuer's client lets it in. */
import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { asText, buildStack, functionName, resources, testConfig } from './synthesis.ts';

const variablesOf = (template: Template): Record<string, unknown> => {
  const found = resources('AWS::Lambda::Function', template).find((fn) => functionName(fn) === 'public-console');
  return found?.properties['Environment'].Variables;
};

const templateOf = (values: Record<string, unknown>): Template =>
  Template.fromStack(buildStack(testConfig('test', values)).stack);

test('an issuer of the organisation’s own: its client, and where its tokens come from', () => {
  const template = templateOf({
    console: {
      clientId: 'console',
      scopes: ['openid', 'api://assist/use'],
      parameters: { audience: 'assist' },
      tokenOrigin: 'https://tokens.test',
    },
  });
  const variables = variablesOf(template);
  expect(JSON.parse(String(variables['CONSOLE_SETTINGS']))).toMatchObject({
    issuer: 'https://login.test',
    clientId: 'console',
    scopes: ['openid', 'api://assist/use'],
    parameters: { audience: 'assist' },
    stage: 'test',
  });
  expect(variables['CONNECT_URLS']).toBe('https://login.test https://tokens.test');
  expect(Object.keys(template.toJSON()['Outputs'])).toContain('ConsoleUrl');
});

test('a stage without a client has no console, and says so', () => {
  const template = templateOf({});
  expect(variablesOf(template)).toMatchObject({ CONSOLE_SETTINGS: '', CONNECT_URLS: '' });
  expect(Object.keys(template.toJSON()['Outputs'])).not.toContain('ConsoleUrl');
});

test('Cognito’s client takes the console’s addresses, and the page may call both of its hosts', () => {
  const config = parseConfig('test', { test: { cognito: { domainPrefix: 'remote-assist-test' } } });
  const template = Template.fromStack(buildStack(config).stack);
  const [client] = resources('AWS::Cognito::UserPoolClient', template);
  expect(client?.properties['CallbackURLs'].map(asText)).toContainEqual(
    expect.stringMatching(/execute-api.*\/console\/signed-in$/),
  );
  expect(client?.properties['LogoutURLs'].map(asText)).toContainEqual(
    expect.stringMatching(/execute-api.*\/console\/$/),
  );
  const connect = asText(variablesOf(template)['CONNECT_URLS']);
  expect(connect).toMatch(/ProviderURL} https:\/\/.*\.auth\..*amazoncognito\.com$/);
});

test.each([
  ['beside Cognito', { cognito: { domainPrefix: 'x' }, oidc: undefined, console: { clientId: 'c' } }, /console/],
  ['a token endpoint with a path', { console: { clientId: 'c', tokenOrigin: 'https://a.test/token' } }, /tokenOrigin/],
  ['a scope with spaces', { console: { clientId: 'c', scopes: ['openid profile'] } }, /scopes/],
])('refused: %s', (_, values, message) => {
  expect(() => testConfig('test', values)).toThrow(message);
});
