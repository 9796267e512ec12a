/** A page for a browser: one heading and some text, readable without script and by a screen reader. */
import { createHash } from 'node:crypto';

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:1.125rem/1.6 system-ui,sans-serif;max-width:38rem;margin:12vh auto;padding:0 1.5rem}',
  'h1{font-size:1.6rem;line-height:1.25}',
].join('');

/** For `Content-Security-Policy`: nothing but this page's own style. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');

/** Heading and paragraphs are text, whatever they hold. */
export const htmlPage = (heading: string, paragraphs: readonly string[]): string => {
  const title = escapeHtml(heading);
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title} - remote-assist</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${title}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
