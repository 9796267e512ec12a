/** The local issuer's page: a button for each kind of admin. */
import { createHash } from 'node:crypto';
import { escapeHtml } from '../../lib/html.ts';
import type { HttpResponse } from './response.ts';

const PEOPLE = ['viewer', 'helpdesk', 'operator', 'admin'] as const;

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:1.125rem/1.6 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1.5rem}',
  'h1{font-size:1.6rem;line-height:1.25}',
  'a{display:block;margin:.75rem 0;padding:.7rem 1rem;border:1px solid;border-radius:.5rem;text-decoration:none;color:inherit}',
  'a:hover,a:focus-visible{outline:2px solid;outline-offset:2px}',
].join('');

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** @param choose from a hint such as `local-viewer:viewer` to the address that signs in as that */
export const signInPage = (choose: (hint: string) => string): HttpResponse => {
  const buttons = PEOPLE.map(
    (role) => `<a role="button" href="${escapeHtml(choose(`local-${role}:${role}`))}">Sign in as ${role}</a>`,
  );
  const page = [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Sign in - local stack</title><style>${STYLE}</style></head>`,
    '<body><main><h1>Sign in to the local stack</h1>',
    '<p>On this machine nobody needs a password. Choose what you may do.</p>',
    ...buttons,
    '</main></body></html>',
    '',
  ].join('\n');
  return {
    status: 200,
    headers: [
      ['content-type', 'text/html; charset=utf-8'],
      ['cache-control', 'no-store'],
      ['content-security-policy', POLICY],
      ['referrer-policy', 'no-referrer'],
      ['x-content-type-options', 'nosniff'],
    ],
    body: Buffer.from(page),
  };
};
