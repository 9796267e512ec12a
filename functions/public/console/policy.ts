/** The headers that keep the console's page to itself. */

/**
 * Content-Security-Policy: scripts, styles and workers of this origin only, and no script from text.
 * @param connectOrigins further origins that the page may call: the issuer's
 */
const contentSecurityPolicy = (connectOrigins: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...connectOrigins].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');

/** Headers of every file. HSTS: API Gateway answers https alone, and a first visit by http would be the gap. */
export const FILE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=31536000',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Headers of the page. @param connectOrigins see `contentSecurityPolicy` */
export const pageHeaders = (connectOrigins: readonly string[]): Record<string, string> => ({
  ...FILE_HEADERS,
  'content-security-policy': contentSecurityPolicy(connectOrigins),
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
});
