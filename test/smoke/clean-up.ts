/** Takes away what the smoke test made, whatever it came to, and says what it could not. */
import { ApiError, type Client } from '../../lib/api/client.ts';
import { getDevice, listDevices, retireDevice, revokeEnrollmentToken } from '../../lib/api/devices.ts';
import { type Patience, patiently, until } from './patience.ts';
import type { Step, Write } from './tell.ts';
import type { World } from './world.ts';

type Telling = { readonly step: Step; readonly write: Write; readonly explain: (error: unknown) => string };

const isStatus = (error: unknown, status: number): boolean => error instanceof ApiError && error.status === status;

/** The device's id; by its name where the answer to its enrolment was lost. */
const findDevice = async (admin: Client, { made, name }: World): Promise<string | undefined> => {
  if (made.enrolled !== 'perhaps') return made.enrolled?.id;
  const { body } = await admin(listDevices, { query: { namePrefix: name } });
  return body.items[0]?.id;
};

const retire = async (admin: Client, world: World, id: string, patience: Patience): Promise<string | undefined> => {
  await admin(retireDevice, { params: { id } });
  const gone = await admin(getDevice, { params: { id } }).catch((error: unknown) => error);
  if (!isStatus(gone, 404)) throw gone instanceof Error ? gone : new Error('The device is still there.');
  const { enrolled } = world.made;
  if (enrolled === undefined || enrolled === 'perhaps' || world.patience.signal.aborted) return undefined;
  // A poll reads a moment late, so that one may still be answered.
  await until('the retired device’s token being refused', patience, async () => {
    const answer = await enrolled.poll().catch((error: unknown) => error);
    return isStatus(answer, 401) ? true : undefined;
  });
  return 'and its token is dead';
};

/**
 * @param client an admin's, which no interruption ends
 * @returns whether nothing is left behind
 */
export const cleanUp = async (
  client: Client,
  world: World,
  patience: Patience,
  { step, write, explain }: Telling,
): Promise<boolean> => {
  const admin = patiently(client, patience);
  const { enrollmentTokenId, enrolled } = world.made;
  let clean = true;
  const attempt = async (name: string, left: string, work: () => Promise<string | undefined>): Promise<void> => {
    try {
      await step(name, work);
    } catch (error) {
      clean = false;
      write(`\n${explain(error)}\nLeft behind: ${left}\n\n`);
    }
  };
  if (enrolled !== undefined) {
    const who = enrolled === 'perhaps' ? 'perhaps' : enrolled.id;
    await attempt(
      'The test device is retired',
      `${who} the device ${world.name}: DELETE /v1/devices/{id}`,
      async () => {
        const id = await findDevice(admin, world);
        return id === undefined ? 'it was never enrolled' : retire(admin, world, id, patience);
      },
    );
  }
  if (enrollmentTokenId !== undefined) {
    await attempt(
      'Its enrolment token is revoked',
      `the enrolment token ${enrollmentTokenId}, which ends by itself within the hour`,
      async () => {
        await admin(revokeEnrollmentToken, { params: { id: enrollmentTokenId } });
        return undefined;
      },
    );
  }
  return clean;
};
