/**
 * What differs between stages, from the CDK context: `stage` names one, `stages` holds the values of each
 * (`cdk.json`). Parsed whole before anything is built, so that a mistake is one clear message and not a failed deployment.
 */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { z } from 'zod';
import { ROLES } from '../lib/api/operation.ts';
import { RELAY_KEY, RELAY_SERVER } from '../lib/api/rustdesk.ts';
import { DEFAULT_RETENTION_DAYS } from '../lib/retention/model.ts';
import { AlertEmails, OperationsEmails, UnansweredAfterMinutes, Webhooks } from './alert-config.ts';
import { Cognito } from './cognito-config.ts';
import { areDistinct } from './distinct.ts';
import { Domain, type Place, whyNoCertificate } from './domain-config.ts';
import { whyNoAudience, whyNoIssuer } from './issuers/issuer.ts';
import { StageName } from './names.ts';

export { APP } from './names.ts';

/** Stages of a developer's own, whose data may go when the stack goes. */
const DISPOSABLE = ['dev', 'local'];

const count = z.int().positive();

/** @param why what is wrong and what to do about it; nothing where nothing is */
const refuse = (context: z.RefinementCtx, why: string | undefined, path: string[] = []): void => {
  if (why !== undefined) context.addIssue({ code: 'custom', message: why, path });
};

/** An issuer of the organisation's own, such as Entra ID, Okta or Keycloak. */
const Oidc = z
  .strictObject({
    issuer: z.string('must be an https URL').superRefine((issuer, context) => refuse(context, whyNoIssuer(issuer))),
    audience: z.string().min(1),
    /** By its name or by a path: `roles`, `realm_access.roles`, `https://acme.example/roles`. */
    rolesClaim: z
      .string()
      .min(1)
      .refine((claim) => claim === claim.trim(), 'must neither begin nor end with a space')
      .default('cognito:groups'),
    /** From the claim's values, such as ids of Entra ID's groups, to roles. Without it the values are the roles' names. */
    roleMapping: z
      .record(z.string(), z.enum(ROLES))
      .refine((mapping) => Object.keys(mapping).length > 0, 'must map something, or nobody would get in')
      .refine(
        (mapping) => Object.keys(mapping).every((value) => value !== '' && value === value.trim()),
        'must map values that are not empty and neither begin nor end with a space: a value counts whole',
      )
      .optional(),
    /** Whether a text in that claim is several values with spaces between, and not one value. */
    spaceSeparatedRoles: z.boolean().default(false),
    /** A token must have one of these: what tells an access token from an ID token where both have the same audience. */
    scopes: z
      .array(z.string().regex(/^\S+$/, 'must be without spaces'))
      .max(10, 'must be 10 at most: API Gateway takes no more for a route')
      .refine(areDistinct, 'must have each scope once')
      .default([]),
  })
  .refine(
    ({ roleMapping = {}, spaceSeparatedRoles }) =>
      !spaceSeparatedRoles || Object.keys(roleMapping).every((value) => !value.includes(' ')),
    { path: ['roleMapping'], error: 'must map values without spaces where spaceSeparatedRoles cuts at them' },
  )
  .superRefine(({ issuer, audience }, context) => refuse(context, whyNoAudience(issuer, audience), ['audience']));

const LogRetention = z
  .int()
  .refine(
    (days) => days in RetentionDays,
    'is not a retention that CloudWatch Logs knows (1, 3, 7, 14, 30, 90, 365, …)',
  );
const days = count.max(3650);

const Retention = z.strictObject({
  requests: days.default(DEFAULT_RETENTION_DAYS.requests),
  restarts: days.default(DEFAULT_RETENTION_DAYS.restarts),
  alerts: days.default(DEFAULT_RETENTION_DAYS.alerts),
  timeline: days.default(DEFAULT_RETENTION_DAYS.timeline),
});

/** More than any account has, and no more than API Gateway takes as a number. */
const requests = count.max(1_000_000);
const Throttle = z.strictObject({ rate: requests, burst: requests });

const Origin = z
  .url({ protocol: /^https$/, error: 'must be an https URL' })
  .refine(
    (url) => new URL(url).origin === url.replace(/\/$/, ''),
    'must be an origin, such as https://login.example.com',
  );

/** How the web console signs admins in at an issuer of the organisation's own; Cognito's is set up by the stack. */
const Console = z.strictObject({
  /** A public client of the issuer for the authorization code flow with PKCE. */
  clientId: z.string().min(1),
  /** What the sign-in asks for. The API's own scope, where the issuer needs it to make an access token for the API. */
  scopes: z.array(z.string().regex(/^\S+$/, 'must be without spaces')).min(1).default(['openid', 'profile']),
  /** Further parameters of the sign-in's address: Auth0 wants `audience`. */
  parameters: z.record(z.string().regex(/^[a-z_]+$/, 'must be a parameter of OAuth'), z.string()).optional(),
  /** Of the token endpoint, where it is not the issuer's. */
  tokenOrigin: Origin.optional(),
});

export const Stage = z
  .strictObject({
    /** Who signs the admins' tokens: an issuer that is there … */
    oidc: Oidc.optional(),
    /** … or one that the stack makes. */
    cognito: Cognito.optional(),
    /** The web console's client at the issuer of `oidc`. Without it such a stage has no console. */
    console: Console.optional(),
    /** By which name the API is called. Without it, by the one that API Gateway gives it. */
    domain: Domain.optional(),
    /** For how long a task that a poll handed out is not handed out again: the inbox's visibility timeout. */
    inboxLeaseSeconds: count.max(43_200).default(60),
    /** How often one device may do in an hour what others hear of; more is refused until the hour is over. */
    deviceLimits: z
      .strictObject({ requestsPerHour: count.default(30), rotationsPerHour: count.default(10) })
      .prefault({}),
    /** How often one device may restart by order in 24 hours; more is refused at the acknowledgement. */
    restartsPerDay: count.max(100).default(3),
    logRetentionDays: LogRetention.default(RetentionDays.THREE_MONTHS),
    /** For how long it is on record who did what. */
    auditRetentionDays: count.max(3650).default(400),
    /** What a line for each request to the API holds; a fleet's polls are most of these lines. */
    accessLog: z.enum(['full', 'short', 'none']).default('full'),
    /** Whether each record is also a line of a log group, from where it can be taken to wherever such things are kept. */
    auditExport: z.enum(['none', 'cloudWatchLogs']).default('none'),
    /** Of that log group. */
    auditExportRetentionDays: LogRetention.default(RetentionDays.THIRTEEN_MONTHS),
    /** For how many days what is over is kept; what names a person, not longer than requests for help are. */
    retentionDays: Retention.prefault({}),
    /** In requests a second: of the whole API, of enrolment, and of each operation that is expensive to answer. */
    throttle: z
      .strictObject({
        rate: requests.default(1000),
        burst: requests.default(2000),
        enrollment: Throttle.default({ rate: 20, burst: 100 }),
        expensive: Throttle.default({ rate: 10, burst: 50 }),
        console: Throttle.default({ rate: 100, burst: 400 }),
      })
      .prefault({}),
    /** Who gets alerts by e-mail. */
    alertEmails: AlertEmails,
    /** Who is told of the system's alarms by e-mail: those who run it. */
    operationsEmails: OperationsEmails,
    /** Who gets alerts by a POST. */
    webhooks: Webhooks,
    /** After how many minutes without an answer a request for help is told of again, each time as more severe. */
    unansweredAfterMinutes: UnansweredAfterMinutes,
    /** Keeps tables and logs when the stack goes, and refuses to delete them. By default for all but `dev` and `local`. */
    protectData: z.boolean().optional(),
    connectors: z
      .strictObject({
        default: z.enum(['rustdesk']),
        /** Needs no account, so it is there unless another one is to be the only one. */
        rustdesk: z
          .strictObject({
            relayServer: z.string().max(253).regex(RELAY_SERVER, 'must be a host, with a port or without').optional(),
            key: z.string().regex(RELAY_KEY, 'must be a public key in base64').optional(),
          })
          .refine(({ relayServer, key }) => key === undefined || relayServer !== undefined, {
            path: ['key'],
            error: 'is the key of a relayServer, which must be there too',
          })
          .optional(),
      })
      .default({ default: 'rustdesk', rustdesk: {} }),
  })
  .refine(({ oidc, cognito }) => (oidc === undefined) !== (cognito === undefined), {
    path: ['oidc'],
    error: 'must be there, or cognito, and not both: one issuer signs the admins’ tokens',
  })
  .refine((stage) => stage.console === undefined || stage.cognito === undefined, {
    path: ['console'],
    error: 'must not be set beside cognito: the stack sets up its own client for the console',
  });

export type OidcConfig = z.output<typeof Oidc>;

export type Config = Omit<z.output<typeof Stage>, 'protectData'> & {
  stage: string;
  protectData: boolean;
  /**
   * Whether the stack, its tables and its user pool refuse to be deleted: where data is protected, but not in a stack's
   * first deployment, since what that made must go when it fails.
   */
  refuseDeletion: boolean;
};

const problems = (error: z.ZodError, at: string): string =>
  error.issues.map(({ path, message }) => `  ${[at, ...path.map(String)].join('.')}: ${message}`).join('\n');

/** Made up by `cdk.json` for whoever only looks; a stage that is meant to last must not be deployed with it. */
export const hasPlaceholder = ({ oidc }: Pick<Config, 'oidc'>): boolean =>
  oidc !== undefined && new URL(oidc.issuer).hostname.endsWith('.example');

/** What is wrong with the context; the message says all of it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What is known of the deployment beside the stage's settings. */
export type Circumstances = {
  /** Whether the stack is to be made, and not changed. */
  readonly isFirstDeployment?: boolean;
  readonly place?: Place;
};

const invalid = (problemList: string): ConfigError =>
  new ConfigError(`The CDK context is not right (cdk.json):\n${problemList}`);

/** What is wrong with settings that are right in themselves. */
const misplaced = ({ stage, protectData, oidc, domain }: Omit<Config, 'refuseDeletion'>, place: Place): string[] => {
  const certificate = domain && whyNoCertificate(domain.certificateArn, place);
  return [
    ...(protectData && hasPlaceholder({ oidc })
      ? [`stages.${stage}.oidc.issuer: is a placeholder, and nobody could sign in: name your issuer, or take cognito`]
      : []),
    ...(certificate === undefined ? [] : [`stages.${stage}.domain.certificateArn: ${certificate}`]),
  ];
};

/**
 * The configuration of one stage.
 * @throws ConfigError which lists all that is wrong with it
 */
export const parseConfig = (
  stage: unknown,
  stages: unknown,
  { isFirstDeployment = false, place = {} }: Circumstances = {},
): Config => {
  const name = StageName.safeParse(stage);
  if (!name.success) throw new ConfigError(`The CDK context is not right:\n${problems(name.error, 'stage')}`);
  const known = z.record(z.string(), z.unknown()).safeParse(stages ?? {});
  if (!known.success) throw new ConfigError(`The CDK context is not right:\n${problems(known.error, 'stages')}`);
  if (!(name.data in known.data)) {
    const names = Object.keys(known.data).join(', ') || 'none';
    throw new ConfigError(`There is no stage "${name.data}" in the context "stages" of cdk.json, only: ${names}`);
  }
  const values = Stage.safeParse(known.data[name.data]);
  if (!values.success) throw invalid(problems(values.error, `stages.${name.data}`));
  const protectData = values.data.protectData ?? !DISPOSABLE.includes(name.data);
  const config = { ...values.data, stage: name.data, protectData };
  const wrong = misplaced(config, place);
  if (wrong.length > 0) throw invalid(wrong.map((line) => `  ${line}`).join('\n'));
  return { ...config, refuseDeletion: protectData && !isFirstDeployment };
};

/** The name in the CDK context by which `npm run deploy` says that the stack is to be made: `-c firstDeployment=true`. */
export const FIRST_DEPLOYMENT = 'firstDeployment';

const isYes = (value: unknown): boolean => value === true || value === 'true';

/**
 * The configuration of the stage that the app's context names; `dev` when it names none.
 * @param env where CDK says for which account and region it synthesizes
 */
export const readConfig = (node: Node, env: NodeJS.ProcessEnv = {}): Config =>
  parseConfig(node.tryGetContext('stage') ?? 'dev', node.tryGetContext('stages'), {
    isFirstDeployment: isYes(node.tryGetContext(FIRST_DEPLOYMENT)),
    place: { account: env['CDK_DEFAULT_ACCOUNT'], region: env['CDK_DEFAULT_REGION'] },
  });
