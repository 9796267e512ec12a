/** The whole system of one stage: what there is to work with, the functions that work with it, and the API in front. */
import { Annotations, CfnOutput, Lazy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CONSOLE_PATH } from '../lib/api/console.ts';
import { systemAlarms } from './alarms.ts';
import { Api } from './api.ts';
import { APP, type Config, hasPlaceholder } from './config.ts';
import { addDashboard } from './dashboard.ts';
import { adminFunctions } from './functions/admin.ts';
import { agentFunctions } from './functions/agent.ts';
import { eventFunctions, scheduledFunctions } from './functions/events.ts';
import { publicFunctions } from './functions/public.ts';
import { sessionFunctions } from './functions/sessions.ts';
import { streamFunctions } from './functions/streams.ts';
import { stackName, stageTags } from './names.ts';
import { tellOfAlarms } from './operations-topic.ts';
import { createResources } from './resources.ts';
import { checkSize } from './size.ts';
import { Webhooks } from './webhooks.ts';

export class RemoteAssistStack extends Stack {
  constructor(scope: Construct, config: Config) {
    super(scope, stackName(config.stage), {
      description: `${APP}: remote assistance and remote restart for managed PCs (${config.stage})`,
      terminationProtection: config.refuseDeletion,
      tags: stageTags(config.stage),
    });
    const resources = createResources(this, config, Lazy.string({ produce: () => api.url }));
    const api: Api = new Api(
      this,
      'Api',
      {
        ...agentFunctions(this, resources),
        ...adminFunctions(this, resources),
        ...publicFunctions(this, resources),
      },
      resources,
    );
    streamFunctions(this, resources);
    eventFunctions(this, resources, api.consoleUrl);
    scheduledFunctions(this, resources, api.consoleUrl);
    sessionFunctions(this, resources);
    new Webhooks(this, 'Webhooks', config, resources.events, api.consoleUrl);
    systemAlarms(this, config.stage);
    tellOfAlarms(this, config);
    addDashboard(this, config, api.http);
    checkSize(this, config.stage);
    new CfnOutput(this, 'ApiUrl', { value: api.url, description: 'Where the API is' });
    if (resources.admins.client) {
      new CfnOutput(this, 'ConsoleUrl', {
        value: `${api.url}${CONSOLE_PATH}`,
        description: 'Where the web console is',
      });
    }

    if (hasPlaceholder(config)) {
      Annotations.of(this).addWarningV2(
        `${APP}:oidcPlaceholder`,
        `Stage ${config.stage} has a placeholder for its OIDC issuer: set context stages.${config.stage}.oidc, or cognito, in cdk.json before deploying.`,
      );
    }
  }
}
