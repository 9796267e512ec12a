/** The CDK app: `cdk synth`, `cdk deploy`, or by itself `CDK_OUTDIR=cdk.out node infra/app.ts`. */
import { App } from 'aws-cdk-lib';
import { bundleFunctions } from './bundle.ts';
import { ConfigError, readConfig } from './config.ts';
import { bundleConsole } from './console-bundle.ts';
import { CONTEXT } from './context.ts';
import { checkWithNag } from './nag.ts';
import { RemoteAssistStack } from './stack.ts';

const build = (app: App): void => {
  checkWithNag(app);
  const config = readConfig(app.node, process.env);
  bundleFunctions();
  bundleConsole();
  new RemoteAssistStack(app, config);
};

const app = new App({ analyticsReporting: false, context: CONTEXT });
try {
  build(app);
} catch (error) {
  // A mistake in the configuration is a message and no stack trace.
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
app.synth();
