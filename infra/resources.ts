/** What functions are given and granted: everything in the stack that is not a function itself. */
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Admins, createAdmins } from './admins.ts';
import { alertTopic } from './alert-topic.ts';
import type { Config } from './config.ts';
import { Events } from './events.ts';
import { Inboxes } from './inboxes.ts';
import { ConnectorSecret } from './secrets.ts';
import { createTables, type Tables } from './tables.ts';

export type Resources = {
  readonly config: Config;
  readonly admins: Admins;
  readonly tables: Tables;
  readonly inboxes: Inboxes;
  readonly events: Events;
  /** What TeamViewer's connector keeps secret. */
  readonly teamViewerSecret: ConnectorSecret;
  /** Where admins hear of alerts. */
  readonly alerts: Topic;
};

/**
 * Tables, inboxes, bus and topic of a stage.
 * @param apiUrl where the API will be: a token, since the API is made of what is made here
 */
export const createResources = (scope: Construct, config: Config, apiUrl: string): Resources => ({
  config,
  admins: createAdmins(scope, config, apiUrl),
  tables: createTables(scope, config),
  inboxes: new Inboxes(scope, 'Inboxes', config),
  events: new Events(scope, 'Events', config),
  teamViewerSecret: new ConnectorSecret(
    scope,
    'TeamViewerSecret',
    config,
    "The TeamViewer connector's app and tokens; empty until an admin signs in",
  ),
  alerts: alertTopic(scope, config),
});
