import { describe, expect, it } from 'vitest';
import { ConnectorSettings, connectorsOf, connectorViews } from '../../../lib/connectors/connectors.ts';
import type { SessionOrder } from '../../../lib/connectors/ports.ts';
import { rustDesk } from '../../../lib/connectors/rustdesk.ts';
import { id } from '../support/ids.ts';

const order: SessionOrder = {
  requestId: id('req', 'a'),
  requestedAt: 0,
  deviceName: 'PC-1',
  message: 'Help',
  requester: { name: 'Rita' },
  mayExist: false,
};

describe('the connectors of a stage', () => {
  it('are those that its settings name; the default is found without a name', () => {
    const connectors = connectorsOf({ default: 'rustdesk', rustdesk: {} });
    expect(connectors.find()?.name).toBe('rustdesk');
    expect(connectors.find('rustdesk')?.name).toBe('rustdesk');
    expect(connectors.find('teamviewer')).toBeUndefined();
  });

  it('may lack their default', () => {
    const connectors = connectorsOf({ default: 'teamviewer', rustdesk: {} });
    expect(connectors.find()).toBeUndefined();
    expect(connectors.defaultName).toBe('teamviewer');
  });

  it('are all shown, onboarded or not, one of them as the default', () => {
    expect(connectorViews(connectorsOf({ default: 'rustdesk', rustdesk: {} }))).toEqual([
      { name: 'teamviewer', status: 'notOnboarded', default: false },
      { name: 'rustdesk', status: 'onboarded', default: true },
    ]);
  });

  it('have settings that name a connector there is', () => {
    expect(ConnectorSettings.safeParse({ default: 'telnet' }).success).toBe(false);
    expect(ConnectorSettings.safeParse({ default: 'rustdesk' }).success).toBe(true);
  });
});

describe('RustDesk', () => {
  it('opens the supporter on the device, through its own public relays', async () => {
    expect(await rustDesk({}).openSession({ ...order, rustdeskId: '123456789' })).toEqual({
      connector: 'rustdesk',
      supporterLink: 'rustdesk://123456789',
      code: '123456789',
    });
  });

  it("goes through the organisation's relay, with its key", async () => {
    const { supporterLink } = await rustDesk({ relayServer: 'relay.example.com', key: 'a+b/c=' }).openSession({
      ...order,
      rustdeskId: '123',
    });
    expect(supporterLink).toBe('rustdesk://123@relay.example.com?key=a%2Bb%2Fc%3D');
  });

  it('says what to do where the device did not give its id', async () => {
    const session = await rustDesk({}).openSession(order);
    expect(session).not.toHaveProperty('code');
    expect(session.note).toContain('ask the person');
  });

  it('has nothing to close', async () => {
    await expect(rustDesk({}).closeSession(await rustDesk({}).openSession(order))).resolves.toBeUndefined();
  });
});
