/** The CDK app: `cdk synth`, `cdk deploy`, or by itself `CDK_OUTDIR=cdk.out node infra/app.ts`. */
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { bundleConsole } from './console-bundle.ts';
import { CONTEXT } from './context.ts';
import { checkWithNag } from './nag.ts';
import { RemoteAssistStack } from './stack.ts';

/** A mistake in it is a message and no stack trace. */
const configOf = (app: App): Config => {
  try {
    return readConfig(app.node);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};

const app = new App({ analyticsReporting: false, context: CONTEXT });
checkWithNag(app);
const config = configOf(app);
bundleFunctions();
bundleConsole();
new RemoteAssistStack(app, config);
app.synth();
