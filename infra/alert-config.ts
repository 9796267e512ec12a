/** What a stage configures of its alerts: when they climb, and whom they reach. */
import { z } from 'zod';
import { SEVERITIES } from '../lib/api/alerts.ts';
import { areDistinct } from './distinct.ts';
import { isFreeHeader, whyNoWebhookUrl } from './webhook-url.ts';

const minimumSeverity = z.enum(SEVERITIES).default('info');

/** The minutes after which an unanswered request climbs; before it is gone, at 240. */
export const UnansweredAfterMinutes = z
  .array(z.int().min(1).max(239))
  .max(10)
  .refine((minutes) => minutes.every((minute, index) => index === 0 || minute > (minutes[index - 1] ?? 0)), 'must rise')
  .default([15, 60, 180]);

const Email = z.email().max(254);

/** A subscription is made once for each address, and SNS would take one that is written differently for another. */
const ONCE = 'must have each address once, however it is written';

/** SNS filters by severity for so many subscriptions of a topic. A list of more people is better kept where mail is. */
const MOST_ADDRESSES = 100;

/** An address by itself gets all alerts. */
export const AlertEmails = z
  .array(
    z.union([
      Email.transform((email) => ({ email, minimumSeverity: 'info' as const })),
      z.strictObject({ email: Email, minimumSeverity }),
    ]),
  )
  .max(MOST_ADDRESSES)
  .refine((addresses) => areDistinct(addresses.map(({ email }) => email)), ONCE)
  .default([]);

export const OperationsEmails = z.array(Email).max(MOST_ADDRESSES).refine(areDistinct, ONCE).default([]);

/** The name of a secret in Secrets Manager whose value, as text, CloudFormation puts in when it deploys. */
const SecretName = z.string().regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret in Secrets Manager');

/** A header's value of its own is for receivers that ask for one; Slack and Teams know their callers by the URL. */
const Webhook = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/, 'must be 1 to 32 letters and digits, a letter first'),
    form: z.enum(['generic', 'slack', 'teams']).default('generic'),
    minimumSeverity,
    url: z
      .string()
      .superRefine((url, context) => {
        const message = whyNoWebhookUrl(url);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      })
      .optional(),
    /** For a URL that is itself the secret, as Slack’s and Teams’ are: it then stands in no template and no repository. */
    urlSecret: SecretName.optional(),
    authorization: z
      .strictObject({
        header: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
          .refine(isFreeHeader, 'is a header that EventBridge sets itself: the key needs one of its own')
          .default('Authorization'),
        secret: SecretName,
      })
      .optional(),
  })
  .refine(({ url, urlSecret }) => (url === undefined) !== (urlSecret === undefined), {
    path: ['url'],
    error: 'must be there, or urlSecret, and not both',
  });
export type Webhook = z.output<typeof Webhook>;

export const Webhooks = z
  .array(Webhook)
  .max(20)
  .refine((webhooks) => areDistinct(webhooks.map(({ name }) => name)), 'must have each name once')
  .default([]);
