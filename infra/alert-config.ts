/** What a stage configures of its alerts: when they climb, and whom they reach. */
import { z } from 'zod';
import { SEVERITIES } from '../lib/api/alerts.ts';

const minimumSeverity = z.enum(SEVERITIES).default('info');

/** The minutes after which an unanswered request climbs; before it is gone, at 240. */
export const UnansweredAfterMinutes = z
  .array(z.int().min(1).max(239))
  .max(10)
  .refine((minutes) => minutes.every((minute, index) => index === 0 || minute > (minutes[index - 1] ?? 0)), 'must rise')
  .default([15, 60, 180]);

/** An address by itself gets all alerts. */
export const AlertEmails = z
  .array(
    z.union([
      z.email().transform((email) => ({ email, minimumSeverity: 'info' as const })),
      z.strictObject({ email: z.email(), minimumSeverity }),
    ]),
  )
  .default([]);

/** The name of a secret in Secrets Manager whose value, as text, CloudFormation puts in when it deploys. */
const SecretName = z.string().regex(/^[\w/+=.@-]{1,512}$/, 'must be the name of a secret in Secrets Manager');

/** A header's value of its own is for receivers that ask for one; Slack and Teams know their callers by the URL. */
const Webhook = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,31}$/, 'must be 1 to 32 letters and digits, a letter first'),
    form: z.enum(['generic', 'slack', 'teams']).default('generic'),
    minimumSeverity,
    url: z.url({ protocol: /^https$/, error: 'must be an https URL' }).optional(),
    /** For a URL that is itself the secret, as Slack’s and Teams’ are: it then stands in no template and no repository. */
    urlSecret: SecretName.optional(),
    authorization: z
      .strictObject({
        header: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,64}$/, 'must be the name of a header')
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
  .refine(
    (webhooks) => new Set(webhooks.map(({ name }) => name.toLowerCase())).size === webhooks.length,
    'must have each name once',
  )
  .default([]);
