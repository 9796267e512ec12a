/** A real browser for the tests of the web console: pages that are signed in, and what went wrong in them. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { stackUrl } from '../../integration/support/stack.ts';

/** A profile of its own each time, and nothing that calls its maker. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** How long an expectation of a page may take; the machine may be busy. */
export const PATIENCE_MS = 30_000;

/** Answers that a page is meant to get: the browser says of each that a resource failed to load. */
const ANSWERED = /^Failed to load resource: the server responded with a status of/;

export type Opened = {
  page: Page;
  /** Errors and policy violations of the page, as far as the test does not expect them. */
  problems: string[];
};

export type OpenOptions = BrowserContextOptions & {
  /** `hilde:helpdesk`: a name, then roles with commas. */
  as?: string;
  /** The stack; by default the shared one. */
  url?: string;
};

let browser: Browser;
let opened: Opened[] = [];

const watch = (page: Page): Opened => {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !ANSWERED.test(message.text())) problems.push(message.text());
  });
  return { page, problems };
};

/** Opens an address of the console in a profile of its own. @param path such as `/console/devices` */
export const open = async (path: string, { as, url = stackUrl(), ...options }: OpenOptions = {}): Promise<Opened> => {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const result = watch(await context.newPage());
  opened.push(result);
  const address = new URL(path, url);
  if (as !== undefined) address.searchParams.set('as', as);
  await result.page.goto(address.href);
  return result;
};

/** Another tab of the same profile. */
export const openBeside = async ({ page }: Opened, path: string, url = stackUrl()): Promise<Opened> => {
  const result = watch(await page.context().newPage());
  opened.push(result);
  await result.page.goto(new URL(path, url).href);
  return result;
};

/** Tests in a browser; left out where there is none. After each, no page has had an error or a policy violation. */
export const describeInBrowser = (name: string, tests: () => void): void => {
  describe.skipIf(inject('chromium') === '')(name, () => {
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: inject('chromium'), args: FLAGS });
    });
    afterEach(async () => {
      const problems = opened.flatMap((each) => each.problems);
      await Promise.all(opened.map(({ page }) => page.context().close()));
      opened = [];
      expect(problems).toEqual([]);
    });
    afterAll(() => browser.close());
    tests();
  });
};
