/** Devices that whoever measures a running stack enrols for it. */
import { type Client, createClient } from '../../lib/api/client.ts';
import { createEnrollmentToken, enroll } from '../../lib/api/devices.ts';

export type EnrolledDevice = { readonly id: string; readonly token: string; readonly call: Client };

const AGENT_VERSION = '1.0.0';

/** So many at once. */
const AT_ONCE = 10;

export const enrollDevices = async (url: string, admin: Client, count: number): Promise<EnrolledDevice[]> => {
  const { body } = await admin(createEnrollmentToken, { body: { maxUses: count } });
  const anybody = createClient({ baseUrl: url });
  const enrollOne = async (number: number): Promise<EnrolledDevice> => {
    const device = { name: `measured-${number}`, platform: 'linux', agentVersion: AGENT_VERSION } as const;
    const enrolled = await anybody(enroll, { body: { enrollmentToken: body.token, ...device } });
    const { deviceId: id, deviceToken: token } = enrolled.body;
    return { id, token, call: createClient({ baseUrl: url, token }) };
  };
  const devices: EnrolledDevice[] = [];
  while (devices.length < count) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - devices.length) }, (_, i) => devices.length + i);
    devices.push(...(await Promise.all(batch.map(enrollOne))));
  }
  return devices;
};

/** What such a device polls with. */
export const pollBody = (bootId: string) => ({
  body: { bootId, bootedAt: '2026-01-01T00:00:00Z', agentVersion: AGENT_VERSION },
});
