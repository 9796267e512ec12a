/**
 * Webhooks: which notices go where, in which form, with what queue behind; and no secret in the template. On a stack of
 * theirs alone, which needs no bundles.
 */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../infra/config.ts';
import { Events } from '../../infra/events.ts';
import { checkWithNag } from '../../infra/nag.ts';
import { Webhooks } from '../../infra/webhooks.ts';
import { noticeEvent } from '../../lib/alerts/notice.ts';
import { targetPayload } from '../../local/events/input.ts';
import { anAlert } from '../unit/support/fixtures.ts';

// biome-ignore lint/suspicious/noExplicitAny: a template may hold anything.
type Properties = Record<string, any>;

const ADMINS = { issuer: 'https://login.test', audience: 'remote-assist' };
const config = (webhooks: object[]) => parseConfig('test', { test: { oidc: ADMINS, webhooks } });

const app = new App({ analyticsReporting: false });
checkWithNag(app);
const stack = new Stack(app, 'Webhooks');
new Webhooks(
  stack,
  'Webhooks',
  config([
    {
      name: 'generic',
      url: 'https://receiver.test/alerts',
      authorization: { header: 'X-Key', secret: 'receiver/key' },
    },
    { name: 'slack', form: 'slack', urlSecret: 'slack/url', minimumSeverity: 'warning' },
    { name: 'teams', form: 'teams', urlSecret: 'teams/url', minimumSeverity: 'critical' },
  ]),
  new Events(stack, 'Events', config([])),
  'https://api.test/console',
);
const template = Template.fromStack(stack);
const resources = (type: string) =>
  Object.entries(template.findResources(type)).map(([id, resource]) => ({ id, properties: resource['Properties'] }));
const target = (value: { Ref?: string; 'Fn::GetAtt'?: string[] }) => value.Ref ?? value['Fn::GetAtt']?.[0];
const of = (type: string, name: string): Properties =>
  resources(type).find(({ id }) => id.startsWith(`Webhooks${name}`))?.properties ?? {};
const targetOf = (name: string): Properties => of('AWS::Events::Rule', name)['Targets'][0];

/** What is left of it on one line. */
const CLEANED = 'R"\\   <!channel> <http://evil|x> &amp; [a](http://b)   <f1> 🙂';
const HOSTILE = 'R"\\ \n\r\t <!channel> <http://evil|x> &amp; [a](http://b) ' + '\u2028 <f1> 🙂';

/** What the receiver is posted for an alert whose names are whatever somebody made them. */
const posted = (name: string, changes: Parameters<typeof anAlert>[0] = {}): Properties => {
  const { type, detail } = noticeEvent(anAlert({ deviceName: HOSTILE, title: HOSTILE, ...changes }));
  const { InputPathsMap: paths, InputTemplate } = targetOf(name)['InputTransformer'];
  const input = { kind: 'transformer', paths, template: InputTemplate } as const;
  return JSON.parse(targetPayload(input, { 'detail-type': type, detail }, 'arn:rule')) as Properties;
};

test('the rules of AwsSolutions hold', () => {
  expect(() => app.synth()).not.toThrow();
});

describe.each(['generic', 'slack', 'teams'])('%s', (name) => {
  test('has a destination that is posted to, and a dead-letter queue with an alarm', () => {
    expect(of('AWS::Events::ApiDestination', name)).toMatchObject({ HttpMethod: 'POST' });
    const queue = resources('AWS::SQS::Queue').find(({ id }) => id.startsWith(`Webhooks${name}`));
    expect(target(targetOf(name)['DeadLetterConfig'].Arn)).toBe(queue?.id);
    expect(targetOf(name)['RetryPolicy']).toEqual({ MaximumEventAgeInSeconds: 14_400, MaximumRetryAttempts: 185 });
    const alarms = resources('AWS::CloudWatch::Alarm');
    const alarm = alarms.find(({ properties }) => target(properties['Dimensions'][0].Value) === queue?.id);
    expect(alarm?.properties['AlarmDescription']).toContain(`webhook ${name}`);
  });

  test('puts no value of an event into a text, where it would need escaping, but for a path made of ids', () => {
    const { InputPathsMap, InputTemplate } = targetOf(name)['InputTransformer'];
    const inText = InputTemplate.replaceAll(/:<[\w-]+>/g, '').match(/<[\w-]+>/g);
    expect(new Set(inText.map((placeholder: string) => InputPathsMap[placeholder.slice(1, -1)]))).toEqual(
      new Set(['$.detail.consolePath']),
    );
  });
});

test.each([
  ['generic', ['info', 'warning', 'critical']],
  ['slack', ['warning', 'critical']],
  ['teams', ['critical']],
])('%s gets what is severe enough, raised and resolved', (name, severity) => {
  expect(of('AWS::Events::Rule', name)['EventPattern']).toEqual({
    source: ['remote-assist'],
    'detail-type': ['AlertRaised', 'AlertResolved'],
    detail: { alert: { severity } },
  });
});

test('the generic form is the alert as the API shows it, whatever is in its names', () => {
  const body = posted('generic');
  expect(body).toMatchObject({
    type: 'AlertRaised',
    occurredAt: '2026-01-31T12:00:00.000Z',
    alert: { id: anAlert().id, version: 1, kind: 'assistanceRequested', severity: 'info', deviceName: CLEANED },
    link: `https://api.test/console/requests/${anAlert().subject.id}`,
  });
  expect(posted('generic', { state: 'resolved' })['type']).toBe('AlertResolved');
});

test('Slack’s form calls nobody and links nowhere', () => {
  const body = posted('slack', { title: `${HOSTILE} *bold* _slanted_ ~struck~ \`code\`` });
  expect(body['text']).toContain('&lt;!channel&gt;');
  expect(body['text']).toContain('&amp;amp;');
  expect(body['text']).not.toMatch(/[<>*_~`]/);
  expect(body['mrkdwn']).toBe(false);
  // Rich text has no marks; of its elements one is a link, and that is ours.
  const [{ type, elements }] = body['blocks'];
  expect(type).toBe('rich_text');
  const parts = elements.flatMap((section: Properties) => section['elements']);
  expect(parts.map((part: Properties) => part['type'])).toEqual(['text', 'text', 'link']);
  expect(parts[0].text).toContain('<!channel>');
  expect(parts[2].url).toBe(`https://api.test/console/requests/${anAlert().subject.id}`);
});

test.each(['generic', 'slack', 'teams'])(
  '%s has no mark that turns the direction of writing, and no other line',
  (name) => {
    const turned = 'a\u202eb\u2066c\u2028d\u2029e\u200ff\u061cg\nh';
    const text = JSON.stringify(posted(name, { title: turned, deviceName: turned, acknowledgedBy: turned }));
    expect(text).not.toMatch(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/);
    expect(text).toContain('a b c d e f g h');
  },
);

test('Teams’ form is an Adaptive Card whose texts are shown as they are', () => {
  const body = posted('teams', { title: '**bold** [a](http://b)', severity: 'critical' });
  const card = body['attachments'][0];
  expect(card.contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(card.content.body[0].inlines[0]).toEqual({
    type: 'TextRun',
    text: 'CRITICAL: **bold** [a](http://b)',
    weight: 'Bolder',
  });
  const { content } = posted('teams')['attachments'][0];
  expect(content.body).toHaveLength(2);
  expect(content.actions).toEqual([
    {
      type: 'Action.OpenUrl',
      title: 'Open in the console',
      url: `https://api.test/console/requests/${anAlert().subject.id}`,
    },
  ]);
});

test('keys and secret URLs are references, which only CloudFormation resolves', () => {
  expect(of('AWS::Events::ApiDestination', 'slack')['InvocationEndpoint']).toBe(
    '{{resolve:secretsmanager:slack/url:SecretString:::}}',
  );
  const { AuthParameters } = of('AWS::Events::Connection', 'generic');
  expect(AuthParameters.ApiKeyAuthParameters).toEqual({
    ApiKeyName: 'X-Key',
    ApiKeyValue: '{{resolve:secretsmanager:receiver/key:SecretString:::}}',
  });
});

test.each([
  [{ name: 'a', url: 'http://receiver.test' }, 'must be an https URL'],
  [{ name: 'a' }, 'must be there, or urlSecret, and not both'],
  [{ name: 'a', url: 'HTTPS://a.test' }, 'must be an https URL'],
  [{ name: 'a', url: 'https://a.test/#b' }, 'without a fragment'],
  [{ name: 'a', url: 'https://a.test/b#' }, 'without a fragment'],
  [{ name: 'a', url: 'https://user:secret@a.test/' }, 'name a secret in authorization'],
  [{ name: 'a', url: 'https://a.test/*' }, 'must be without *'],
  [{ name: 'a', url: 'https://a.test/ü' }, 'must be in ASCII'],
  [{ name: 'a', url: 'https://a.test/?q={x}' }, 'must be in ASCII'],
  [{ name: 'a', url: `https://a.test/${'a'.repeat(2048)}` }, '2048 characters'],
  [{ name: 'a', url: 'https://a.test:0/' }, 'a port that there is'],
  [{ name: 'a', url: 'https://localhost/' }, 'in a private network'],
  [{ name: 'a', url: 'https://192.168.0.7/hook' }, 'in a private network'],
  [{ name: 'a', url: 'https://tickets/hook' }, 'in a private network'],
  [{ name: 'a', url: 'https://a.test', authorization: { header: 'Host', secret: 'b' } }, 'EventBridge sets itself'],
  [{ name: 'a', url: 'https://a.test', urlSecret: 'b' }, 'not both'],
  [{ name: 'a-b', url: 'https://a.test' }, 'letters and digits'],
  [{ name: 'a', url: 'https://a.test', form: 'irc' }, 'webhooks.0.form'],
  [{ name: 'a', url: 'https://a.test', authorization: { secret: 'a}}' } }, 'name of a secret'],
])('a stage with %j is refused', (webhook, message) => {
  expect(() => config([webhook])).toThrow(message);
  expect(() =>
    config([
      { name: 'A', url: 'https://a.test' },
      { name: 'a', url: 'https://b.test' },
    ]),
  ).toThrow('once');
});

test('times of climbing must rise and come before the request is gone', () => {
  const climbing = (unansweredAfterMinutes: number[]) =>
    parseConfig('test', { test: { oidc: ADMINS, unansweredAfterMinutes } }).unansweredAfterMinutes;
  expect(climbing([5, 30])).toEqual([5, 30]);
  expect(climbing([])).toEqual([]);
  for (const wrong of [[30, 5], [5, 5], [0], [240]]) expect(() => climbing(wrong)).toThrow('unansweredAfterMinutes');
});

test('an e-mail address may ask for what is severe alone', () => {
  const { alertEmails } = parseConfig('test', {
    test: { oidc: ADMINS, alertEmails: ['a@b.test', { email: 'c@d.test', minimumSeverity: 'critical' }] },
  });
  expect(alertEmails).toEqual([
    { email: 'a@b.test', minimumSeverity: 'info' },
    { email: 'c@d.test', minimumSeverity: 'critical' },
  ]);
});

test.each(['https://a.test:8443/hook?key=%C3%BC&x=1', 'https://a.test', 'https://webhook.remote-assist.local/'])(
  'a webhook may be at %s',
  (url) => {
    expect(config([{ name: 'a', url }]).webhooks).toMatchObject([{ url }]);
  },
);
