/** Signing in to the console on the local stack: at once, by a button, again after a reload, and out. */
import { expect, it } from 'vitest';
import { describeInBrowser, open } from './support/browser.ts';

describeInBrowser('signing in', () => {
  it('asks who to be, and a click leads to the help requests', async () => {
    const { page } = await open('/console/');
    await page.getByRole('button', { name: 'Sign in as helpdesk' }).click();
    await page.getByRole('heading', { name: 'Help requests', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/console/requests');
    await page.getByRole('button', { name: 'local-helpdesk' }).waitFor();
  });

  it('signs the named person in at once, and a reload stays at the address, as the same person', async () => {
    const { page } = await open('/console/devices?platform=windows', { as: 'olga:operator' });
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(page.url()).toMatch(/\/console\/devices\?platform=windows$/);
    await page.reload();
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    expect(page.url()).toMatch(/\/console\/devices\?platform=windows$/);
    await page.getByRole('button', { name: 'olga' }).waitFor();
  });

  it('keeps no token in any storage', async () => {
    const { page } = await open('/console/', { as: 'vera:viewer' });
    await page.getByRole('heading', { name: 'Help requests', level: 1 }).waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    expect(kept).not.toMatch(/eyJ/);
  });

  it('signs out, and asks again', async () => {
    const { page } = await open('/console/', { as: 'vera:viewer' });
    await page.getByRole('button', { name: 'vera' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in as viewer' }).waitFor();
  });

  it('tells a person without a role who they are, and why they have none', async () => {
    const { page } = await open('/console/', { as: 'nora:' });
    await page.getByRole('heading', { name: 'nora has no role here' }).waitFor();
    await page.getByText('cognito:groups').waitFor();
  });
});
