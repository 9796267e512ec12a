/** Findings of cdk-nag that are meant to be: each is acknowledged where it arises, with the reason why. */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Accepts one finding of an AwsSolutions rule for a construct and what is in it. */
export const acknowledge = (scope: IConstruct, rule: string, reason: string): void =>
  Validations.of(scope).acknowledge({ id: `AwsSolutions-${rule}`, reason });
