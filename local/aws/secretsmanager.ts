/** Secrets Manager, as far as a secret's current value: it is put whole, and got. */
import type { SecretStore } from '../engines/secrets.ts';
import type { SecretModel } from '../resources/model.ts';
import { type AwsHandler, type AwsReply, jsonError, jsonReply } from './call.ts';

type Input = {
  SecretId?: string;
  SecretString?: string;
  ClientRequestToken?: string;
  VersionId?: string;
  VersionStage?: string;
};

const CURRENT = 'AWSCURRENT';
const MAXIMUM_BYTES = 65_536;

const notFound = (message: string): AwsReply => jsonError('ResourceNotFoundException', message);

const get = (store: SecretStore, { name, arn }: SecretModel, input: Input): AwsReply => {
  if (input.VersionId !== undefined || (input.VersionStage ?? CURRENT) !== CURRENT) {
    return jsonError('InvalidParameterException', 'The local stack keeps the current version of a secret only.');
  }
  const value = store.get(name);
  // AWS says the same of a secret that was made and never given a value.
  if (!value) {
    return notFound(`Secrets Manager can't find the specified secret value for staging label: ${CURRENT}`);
  }
  return jsonReply(200, {
    ARN: arn,
    Name: name,
    SecretString: value.text,
    VersionId: value.versionId,
    VersionStages: [CURRENT],
    CreatedDate: value.createdAt / 1000,
  });
};

const put = (store: SecretStore, { name, arn }: SecretModel, input: Input): AwsReply => {
  const { SecretString: text, ClientRequestToken: versionId = crypto.randomUUID() } = input;
  if (!text) return jsonError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  if (Buffer.byteLength(text) > MAXIMUM_BYTES) {
    return jsonError('ValidationException', `The secret value is longer than ${MAXIMUM_BYTES} bytes.`);
  }
  const kept = store.get(name);
  // The SDK sends the same token when it tries again.
  if (kept?.versionId === versionId && kept.text !== text) {
    return jsonError('ResourceExistsException', `A version with the id ${versionId} already has another value.`);
  }
  if (kept?.versionId !== versionId) store.put(name, { text, versionId, createdAt: Date.now() });
  return jsonReply(200, { ARN: arn, Name: name, VersionId: versionId, VersionStages: [CURRENT] });
};

const ACTIONS: Readonly<Record<string, typeof get>> = { GetSecretValue: get, PutSecretValue: put };

export const secretsHandler =
  (secrets: readonly SecretModel[], store: SecretStore): AwsHandler =>
  async ({ action, body }) => {
    const run = ACTIONS[action];
    if (!run) {
      return jsonError('UnknownOperationException', `The local stack does not know secretsmanager:${action}.`);
    }
    const input = JSON.parse(body) as Input;
    const secret = secrets.find(({ name, arn }) => input.SecretId === name || input.SecretId === arn);
    return secret ? run(store, secret, input) : notFound("Secrets Manager can't find the specified secret.");
  };
