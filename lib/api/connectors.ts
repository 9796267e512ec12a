/** Connectors: the remote-control providers and where each stands. */
import * as z from 'zod/mini';
import { CONNECTOR_NAMES } from './assistance.ts';
import { described, page, pageQuery, timestamp } from './common.ts';
import { resource } from './named.ts';
import type { Operation } from './operation.ts';
import { RELAY_KEY, RELAY_SERVER } from './rustdesk.ts';

export const connector = () =>
  resource('Connector', {
    name: z.enum(CONNECTOR_NAMES),
    status: z.enum(['notOnboarded', 'onboarding', 'onboarded']),
    default: described('Approvals use it that name none.', z.boolean()),
    lastConnectionAt: described(
      'When a call to the provider last succeeded, to within ten minutes.',
      z.optional(timestamp()),
    ),
    problem: described('What an admin must do something about, in sentences.', z.optional(z.string())),
    pausedUntil: described('The provider wanted fewer calls: none is made before then.', z.optional(timestamp())),
    relayServer: described("RustDesk's, where the organisation has its own.", z.optional(z.string())),
    key: described("The relayServer's public key.", z.optional(z.string())),
    limitations: described('What this connector cannot do, in sentences.', z.array(z.string())),
  });
export type Connector = z.infer<ReturnType<typeof connector>>;

const tag = 'Connectors';

export const listConnectors = {
  id: 'listConnectors',
  method: 'GET',
  path: '/v1/connectors',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'The connectors and their status.',
  query: () => z.strictObject(pageQuery()),
  answers: () => ({ 200: page(connector()) }),
  problems: ['invalid_cursor'],
} as const satisfies Operation;

export const getConnector = {
  id: 'getConnector',
  method: 'GET',
  path: '/v1/connectors/{name}',
  caller: 'viewer',
  function: 'admin-connectors',
  tag,
  summary: 'One connector.',
  answers: () => ({ 200: connector() }),
} as const satisfies Operation;

const credential = () =>
  z.string().check(z.regex(/^[\x20-\x7e]{1,256}$/, 'must be 1 to 256 printable ASCII characters'));

const relayServer = () =>
  z.string().check(z.maxLength(253), z.regex(RELAY_SERVER, 'must be a host, with a port or without'));

const relayKey = () => z.string().check(z.regex(RELAY_KEY, 'must be a public key in base64'));

const redirectUri = () =>
  z
    .string()
    .check(
      z.maxLength(2000),
      z.regex(
        /^(https:\/\/[A-Za-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1|\[::1\]))(:[0-9]+)?(\/[\x21\x24-\x7e]*)?$/,
        'must be an https URL without a fragment',
      ),
    );

export const onboardTeamViewer = {
  id: 'onboardTeamViewer',
  method: 'POST',
  path: '/v1/connectors/teamviewer/onboarding',
  caller: 'admin',
  function: 'admin-connectors',
  tag,
  summary:
    'Begin to connect TeamViewer with an app of yours there: open authorizationUrl in a browser within half an hour.',
  body: () =>
    z.strictObject({
      acceptLicense: z.literal(true),
      clientId: credential(),
      clientSecret: credential(),
      /** As registered with the app; by default the callback of this API. */
      redirectUri: z.optional(redirectUri()),
    }),
  answers: () => ({
    200: z.object({ status: z.literal('onboarding'), authorizationUrl: z.string(), expiresAt: timestamp() }),
  }),
  problems: ['connector_failed'],
} as const satisfies Operation;

export const teamViewerCallback = {
  id: 'teamViewerCallback',
  method: 'GET',
  path: '/v1/connectors/teamviewer/callback',
  caller: 'none',
  function: 'public-connectors',
  tag,
  summary: 'Where TeamViewer sends the browser of an admin who signed in. Its state is single-use.',
  throttle: 'enrollment',
  // Not strict: who is redirected brings what the provider sends, now and later.
  query: () => z.object({ code: z.optional(z.string()), state: z.optional(z.string()), error: z.optional(z.string()) }),
  answers: () => ({ 200: z.string(), 400: z.string(), 502: z.string() }),
  html: true,
} as const satisfies Operation;

export const setUpRustDesk = {
  id: 'setUpRustDesk',
  method: 'PUT',
  path: '/v1/connectors/rustdesk',
  caller: 'admin',
  function: 'admin-connectors',
  tag,
  summary: "Onboard RustDesk, with the organisation's own servers or with RustDesk's public ones.",
  body: () => z.strictObject({ relayServer: z.optional(relayServer()), key: z.optional(relayKey()) }),
  answers: () => ({ 200: connector() }),
} as const satisfies Operation;

export const setDefaultConnector = {
  id: 'setDefaultConnector',
  method: 'PUT',
  path: '/v1/connectors/{name}/default',
  caller: 'admin',
  function: 'admin-connectors',
  tag,
  summary: 'Make an onboarded connector the one that approvals use which name none.',
  answers: () => ({ 200: connector() }),
  problems: ['connector_not_onboarded'],
} as const satisfies Operation;

export const disconnectConnector = {
  id: 'disconnectConnector',
  method: 'DELETE',
  path: '/v1/connectors/{name}',
  caller: 'admin',
  function: 'admin-connectors',
  tag,
  summary:
    'Disconnect a connector: its tokens are revoked at the provider and deleted here. Of the default, another onboarded one takes the place.',
  answers: () => ({ 204: null }),
} as const satisfies Operation;
