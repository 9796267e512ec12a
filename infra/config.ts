/**
 * What differs between stages, from the CDK context: `stage` names one, `stages` holds the values of each
 * (`cdk.json`). Parsed whole before anything is built, so that a mistake is one clear message and not a failed deployment.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { z } from 'zod';

export const APP = 'remote-assist';

/** Stages of a developer's own, whose data may go when the stack goes. */
const DISPOSABLE = ['dev', 'local'];

/** No hyphen: the inboxes of stage `a` have the prefix `…-a-inbox-`, which must not fit another stage's too. */
const StageName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, 'must be 1 to 16 lower-case letters and digits, a letter first');

const count = z.int().positive();

const Stage = z.strictObject({
  /** Who signs the admins' tokens. */
  oidc: z.strictObject({
    issuer: z.url({ protocol: /^https$/, error: 'must be an https URL' }),
    audience: z.string().min(1),
    rolesClaim: z.string().min(1).default('cognito:groups'),
  }),
  /** For how long a task that a poll handed out is not handed out again: the inbox's visibility timeout. */
  inboxLeaseSeconds: count.max(43_200).default(60),
  /** How often one device may restart by order in 24 hours; more is refused at the acknowledgement. */
  restartsPerDay: count.max(100).default(3),
  logRetentionDays: z
    .int()
    .refine(
      (days) => days in RetentionDays,
      'is not a retention that CloudWatch Logs knows (1, 3, 7, 14, 30, 90, 365, …)',
    )
    .default(RetentionDays.THREE_MONTHS),
  /** Of the whole API, in requests a second. */
  throttle: z.strictObject({ rate: count, burst: count }).default({ rate: 1000, burst: 2000 }),
  /** Who gets alerts by e-mail. */
  alertEmails: z.array(z.email()).default([]),
  /** Keeps tables and logs when the stack goes, and refuses to delete them. By default for all but `dev` and `local`. */
  protectData: z.boolean().optional(),
  connectors: z
    .strictObject({
      default: z.enum(['rustdesk']),
      /** Needs no account, so it is there unless another one is to be the only one. */
      rustdesk: z
        .strictObject({ relayServer: z.string().min(1).optional(), key: z.string().min(1).optional() })
        .optional(),
    })
    .default({ default: 'rustdesk', rustdesk: {} }),
});

export type Config = Omit<z.output<typeof Stage>, 'protectData'> & { stage: string; protectData: boolean };

const problems = (error: z.ZodError, at: string): string =>
  error.issues.map(({ path, message }) => `  ${[at, ...path.map(String)].join('.')}: ${message}`).join('\n');

/** The configuration of one stage; throws an error that lists all that is wrong with it. */
export const parseConfig = (stage: unknown, stages: unknown): Config => {
  const name = StageName.safeParse(stage);
  if (!name.success) throw new Error(`The CDK context is not right:\n${problems(name.error, 'stage')}`);
  const known = z.record(z.string(), z.unknown()).safeParse(stages ?? {});
  if (!known.success) throw new Error(`The CDK context is not right:\n${problems(known.error, 'stages')}`);
  if (!(name.data in known.data)) {
    const names = Object.keys(known.data).join(', ') || 'none';
    throw new Error(`There is no stage "${name.data}" in the context "stages" of cdk.json, only: ${names}`);
  }
  const values = Stage.safeParse(known.data[name.data]);
  if (!values.success) {
    throw new Error(`The CDK context is not right (cdk.json):\n${problems(values.error, `stages.${name.data}`)}`);
  }
  return { protectData: !DISPOSABLE.includes(name.data), ...values.data, stage: name.data } as Config;
};

/** The configuration of the stage that the app's context names; `dev` when it names none. */
export const readConfig = (node: Node): Config =>
  parseConfig(node.tryGetContext('stage') ?? 'dev', node.tryGetContext('stages'));
