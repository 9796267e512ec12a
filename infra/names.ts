/** How the parts of a stage are called that somebody outside of its stack must find. */
import { z } from 'zod';

export const APP = 'remote-assist';

/** No hyphen: the inboxes of stage `a` have the prefix `…-a-inbox-`, which must not fit another stage's too. */
export const StageName = z
  .string()
  .regex(/^[a-z][a-z0-9]{0,15}$/, 'must be 1 to 16 lower-case letters and digits, a letter first');

/** By which a stage's resources are known from outside, where their names do not tell. */
export const stageTags = (stage: string): { app: string; stage: string } => ({ app: APP, stage });

export const stackName = (stage: string): string => `${APP}-${stage}`;

/** Followed by a device's id, the name of its inbox. */
export const inboxPrefix = (stage: string): string => `${stackName(stage)}-inbox-`;

/** What the names of log groups begin with that an AWS service writes to in its own name. */
export const vendedLogPrefix = (stage: string): string => `/aws/vendedlogs/${stackName(stage)}-`;

/** What admins' accounts are in, where the stack makes them. */
export const userPoolName = (stage: string): string => `${stackName(stage)}-admins`;

/** Outputs of the stack that name the topics by which people get mail. */
export const ALERTS_TOPIC = 'AlertsTopicArn';
export const OPERATIONS_TOPIC = 'OperationsTopicArn';

/** What the logical id of the inboxes' dead-letter queue begins with, and so its name after the stack's. */
export const DEAD_LETTERS = 'InboxesDeadLetters';
