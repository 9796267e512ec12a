/** Whether the deployment answers, is the one that this checkout describes, and lets in whom it should. */
import { ApiError } from '../../../lib/api/client.ts';
import { listDevices } from '../../../lib/api/devices.ts';
import { operations } from '../../../lib/api/operations.ts';
import { getHealth, getOpenApi } from '../../../lib/api/system.ts';
import type { Step } from '../tell.ts';
import type { World } from '../world.ts';

/** The operations of this checkout that the deployment's own description lacks. */
const missingFrom = (document: Record<string, unknown>): string[] => {
  const paths = (document['paths'] ?? {}) as Record<string, Record<string, unknown> | undefined>;
  return operations
    .filter(({ path, method }) => paths[path]?.[method.toLowerCase()] === undefined)
    .map(({ method, path }) => `${method} ${path}`);
};

export const reachable = async ({ anybody, admin }: World, step: Step): Promise<void> => {
  await step('The API answers', async () => `version ${(await anybody(getHealth, {})).body.version}`);
  await step('It describes every operation of this checkout', async () => {
    const { body } = await anybody(getOpenApi, {});
    const missing = missingFrom(body);
    if (missing.length > 0) {
      throw new Error(
        `The deployment lacks ${missing.join(', ')}: deploy this checkout, or check out what is deployed.`,
      );
    }
    return `OpenAPI ${body['openapi']}, ${operations.length} operations`;
  });
  await step('Nobody without a token reads the devices', async () => {
    const answer = await anybody(listDevices, {}).catch((error: unknown) => error);
    if (answer instanceof ApiError && answer.status === 401) return undefined;
    throw answer instanceof Error ? answer : new Error('The devices were read without a token.');
  });
  await step('The token is taken', async () => {
    const { body } = await admin(listDevices, { query: { namePrefix: 'smoke-test-' } });
    const [left] = body.items;
    return left && `of earlier runs there is still ${left.name}: retire ${left.id}`;
  });
};
