/** The CDK app: `cdk synth`, `cdk deploy`, or by itself `CDK_OUTDIR=cdk.out node infra/app.ts`. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import cdkJson from '../cdk.json' with { type: 'json' };
import { bundleFunctions } from './bundle.ts';
import { readConfig } from './config.ts';
import { RemoteAssistStack } from './stack.ts';

const app = new App({
  analyticsReporting: false,
  // What the CLI would give; what it does give, and CDK_CONTEXT_JSON, comes before it.
  context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true },
});
const config = readConfig(app.node);
bundleFunctions();
new RemoteAssistStack(app, config);
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
