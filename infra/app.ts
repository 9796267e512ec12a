/** The CDK app: `cdk synth`, `cdk deploy`, or by itself `CDK_OUTDIR=cdk.out node infra/app.ts`. */
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { readConfig } from './config.ts';
import { CONTEXT } from './context.ts';
import { checkWithNag } from './nag.ts';
import { RemoteAssistStack } from './stack.ts';

const app = new App({ analyticsReporting: false, context: CONTEXT });
checkWithNag(app);
const config = readConfig(app.node);
bundleFunctions();
new RemoteAssistStack(app, config);
app.synth();
