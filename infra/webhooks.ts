/**
 * Webhooks: for each one of the stage, a rule that takes the notices of alerts from the bus to an API destination, in
 * the receiver's form. The forms put whole values of the event into their places and never one into a text: so a value
 * is JSON whatever is in it, and nothing depends on how EventBridge escapes.
 */
import { Duration, SecretValue } from 'aws-cdk-lib';
import {
  ApiDestination,
  Authorization,
  Connection,
  EventField,
  HttpMethod,
  type IApiDestination,
  Rule,
  RuleTargetInput,
} from 'aws-cdk-lib/aws-events';
import { ApiDestination as ApiDestinationTarget } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { NOTICE_TYPES } from '../lib/alerts/model.ts';
import type { Webhook } from './alert-config.ts';
import { atLeast } from './alert-topic.ts';
import { APP, type Config } from './config.ts';
import type { Events } from './events.ts';
import { FailureQueue } from './queues.ts';

const field = (path: string): string => EventField.fromPath(`$.detail.${path}`);

/** The one value that stands in a text: a path of ours, made of ids, in which nothing needs escaping. */
const linkIn = (consoleUrl: string): string => `${consoleUrl}/${field('consolePath')}`;

const generic = (consoleUrl: string): object => ({
  type: EventField.detailType,
  occurredAt: field('occurredAt'),
  alert: field('alert'),
  link: linkIn(consoleUrl),
});

const OPEN = 'Open in the console';

/**
 * Rich text, whose texts Slack shows as they are: nothing in them is a mark, a link or a mention. What is shown where
 * blocks are not, such as in a phone's notification, comes escaped.
 */
const slack = (consoleUrl: string): object => {
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
  const text = (name: string, style?: object) => ({ type: 'text', text: field(`text.${name}`), ...style });
  return {
    text: field('text.slack'),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      {
        type: 'rich_text',
        elements: [
          section(text('headline', { style: { bold: true } })),
          section(text('details')),
          section({ type: 'link', url: linkIn(consoleUrl), text: OPEN }),
        ],
      },
    ],
  };
};

/** An Adaptive Card, as Teams' workflows take it. Its text runs are shown as they are, unlike its text blocks. */
const teams = (consoleUrl: string): object => {
  const line = (text: string, format: object) => ({
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text, ...format }],
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          body: [line(field('text.headline'), { weight: 'Bolder' }), line(field('text.details'), { isSubtle: true })],
          actions: [{ type: 'Action.OpenUrl', title: OPEN, url: linkIn(consoleUrl) }],
        },
      },
    ],
  };
};

const FORMS: Record<Webhook['form'], (consoleUrl: string) => object> = { generic, slack, teams };

/** A reference that CloudFormation resolves, so that the value is in no template. */
const secret = (name: string): SecretValue => SecretValue.secretsManager(name);

/** An API destination must have an authorization. Where the receiver wants none, it is a header that says who posts. */
const authorization = (webhook: Webhook, config: Config): Authorization =>
  webhook.authorization
    ? Authorization.apiKey(webhook.authorization.header, secret(webhook.authorization.secret))
    : Authorization.apiKey('X-Posted-By', SecretValue.unsafePlainText(`${APP}-${config.stage}`));

/** Help that is asked for is over after four hours, and so is the use of telling of it. */
const maxEventAge = Duration.hours(4);

export class Webhooks extends Construct {
  private readonly consoleUrl: string;

  /** @param consoleUrl where admins open what they are told of */
  constructor(scope: Construct, id: string, config: Config, events: Events, consoleUrl: string) {
    super(scope, id);
    this.consoleUrl = consoleUrl;
    for (const webhook of config.webhooks) this.add(webhook, config, events);
  }

  private add(webhook: Webhook, config: Config, { bus }: Events): void {
    const { name, form, minimumSeverity, url, urlSecret } = webhook;
    const each = new Construct(this, name);
    const failures = new FailureQueue(each, 'Failures', {
      whatToDo: `Alerts did not reach the webhook ${name}. Each message says in its attributes what the receiver answered: check its URL and key. The alerts themselves are at GET /v1/alerts; purge the queue when it works again.`,
    });
    const connection = new Connection(each, 'Connection', { authorization: authorization(webhook, config) });
    const destination = new ApiDestination(each, 'Destination', {
      connection,
      endpoint: url ?? secret(urlSecret ?? '').unsafeUnwrap(),
      httpMethod: HttpMethod.POST,
      rateLimitPerSecond: 10,
    });
    new Rule(each, 'Notices', {
      eventBus: bus,
      eventPattern: {
        source: [APP],
        detailType: [...NOTICE_TYPES],
        detail: { alert: { severity: atLeast(minimumSeverity) } },
      },
      targets: [
        // The class does not say that its optional members may be undefined, as the interface does.
        new ApiDestinationTarget(destination as IApiDestination, {
          event: RuleTargetInput.fromObject(FORMS[form](this.consoleUrl)),
          deadLetterQueue: failures,
          retryAttempts: 185,
          maxEventAge,
        }),
      ],
    });
  }
}
