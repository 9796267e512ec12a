/** The page on which a person lets an app in, or does not. */

import type { Accounts } from './accounts.ts';
import { type Answer, invalidClient, invalidRequest } from './answers.ts';

const escapeHtml = (text: string): string => text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);

const NAMES = ['response_type', 'client_id', 'redirect_uri', 'state'] as const;

const html = (body: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in (fake TeamViewer)</title></head><body>${body}</body></html>`,
});

/** What is wrong with the address that the browser was sent to, if anything is. */
const wrongWith = (accounts: Accounts, query: URLSearchParams): Answer | undefined => {
  if (query.get('response_type') !== 'code') return invalidRequest('response_type must be code');
  return accounts.appFor(query.get('client_id'), query.get('redirect_uri')) ? undefined : invalidClient();
};

export const showPage = (accounts: Accounts, query: URLSearchParams): Answer =>
  wrongWith(accounts, query) ??
  html(
    `<main><h1>Fake TeamViewer</h1><p>The app <strong>${escapeHtml(query.get('client_id') ?? '')}</strong> wants to create, read and change sessions in your name.</p>` +
      `<form method="post" action="/oauth2/authorize">${NAMES.map(
        (name) => `<input type="hidden" name="${name}" value="${escapeHtml(query.get(name) ?? '')}">`,
      ).join('')}` +
      '<button name="decision" value="accept">Accept</button> <button name="decision" value="deny">Deny</button></form></main>',
  );

export const decide = (accounts: Accounts, form: URLSearchParams): Answer => {
  const wrong = wrongWith(accounts, form);
  const app = accounts.appFor(form.get('client_id'), form.get('redirect_uri'));
  if (wrong || !app) return wrong ?? invalidClient();
  const back = new URL(app.redirectUri);
  if (form.get('decision') === 'accept') back.searchParams.set('code', accounts.newCode(app));
  else back.searchParams.set('error', 'access_denied');
  const state = form.get('state');
  if (state !== null) back.searchParams.set('state', state);
  return { status: 302, headers: { location: back.href } };
};
