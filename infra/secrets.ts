/** The secret that holds what a connector must keep from everybody: its app's secret, and its tokens. */
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Config } from './config.ts';
import { acknowledge } from './nag.ts';
import { stageTags } from './names.ts';
import { keepWith } from './removal.ts';

export class ConnectorSecret extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, config: Config, whatIsInIt: string) {
    super(scope, id);
    // The secret as CloudFormation has it, because CDK's own would give it a random value, and this one has none until
    // somebody signs in. Its key is AWS's in our account.
    const secret = new CfnSecret(this, 'Secret', {
      description: whatIsInIt,
      // Its name is not the stack's: who looks for what a removed stage kept finds it by these.
      tags: Object.entries(stageTags(config.stage)).map(([key, value]) => ({ key, value })),
    });
    secret.applyRemovalPolicy(keepWith(config));
    acknowledge(secret, 'SMG4', 'The provider rotates what is in it, and the functions store that as they get it.');
    this.arn = secret.ref;
  }

  grantRead(grantee: IGrantable): void {
    this.grant(grantee, 'GetSecretValue');
  }

  grantWrite(grantee: IGrantable): void {
    this.grant(grantee, 'PutSecretValue');
  }

  private grant(grantee: IGrantable, action: string): void {
    Grant.addToPrincipal({ grantee, actions: [`secretsmanager:${action}`], resourceArns: [this.arn] });
  }
}
