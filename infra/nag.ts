/**
 * cdk-nag's AwsSolutions and Serverless rules, which every synthesis must pass. What is meant to be as it is, is
 * acknowledged where it arises, with the reason why.
 */
import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Makes the app's synthesis fail when a rule is broken. */
export const checkWithNag = (app: App): void =>
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));

/** Accepts one finding for a construct and what is in it. */
export const acknowledge = (
  scope: IConstruct,
  rule: string,
  reason: string,
  pack: 'AwsSolutions' | 'Serverless' = 'AwsSolutions',
): void => Validations.of(scope).acknowledge({ id: `${pack}-${rule}`, reason });
