/** Secrets Manager's calls as IAM sees them: by the secret's ARN, which may be asked for by its name. */
import * as z from 'zod';
import type { SecretModel } from '../../resources/model.ts';
import { type Access, contextOf } from '../access.ts';

const Request = z.looseObject({ SecretId: z.string() });

/** Makes the reader of requests. A secret that is not there stays what the request calls it, as in AWS's refusals. */
export const secretsAccess =
  (secrets: readonly SecretModel[]) =>
  (action: string, body: unknown): Access[] => {
    const { SecretId } = Request.parse(body);
    const resource = secrets.find(({ name, arn }) => SecretId === name || SecretId === arn)?.arn ?? SecretId;
    const context = contextOf({ 'secretsmanager:SecretId': resource });
    return [{ action: `secretsmanager:${action}`, resource, context }];
  };
