/** What a person does in a browser at the login site: opens the page, and presses one of its buttons. */

const INPUT = /<input type="hidden" name="([^"]+)" value="([^"]*)">/g;

const unescapeHtml = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** @returns where the login site sends the browser: the app's redirect URI with a code, or an error, and the state */
export const decideAt = async (authorizationUrl: string, decision: 'accept' | 'deny'): Promise<string> => {
  const page = await fetch(authorizationUrl);
  const html = await page.text();
  if (page.status !== 200) throw new Error(`the login site answered ${page.status}: ${html}`);
  const form = new URLSearchParams({ decision });
  for (const [, name = '', value = ''] of html.matchAll(INPUT)) form.set(name, unescapeHtml(value));
  const answer = await fetch(new URL('/oauth2/authorize', authorizationUrl), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`the login site answered ${answer.status}: ${await answer.text()}`);
  return location;
};
