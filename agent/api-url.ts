/** Which addresses of a server the agent takes. */

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The server's address without a slash at its end; `undefined` for one that is not taken. The credential goes there, so it
 * must be https, except on this machine.
 */
export const serverUrl = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!url || !isSafe || url.search || url.hash || url.username || url.password) return undefined;
  return url.href.replace(/\/+$/, '');
};
