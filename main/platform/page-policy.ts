/** @file The policy under which the page runs, in every host; it comes with the page as a header, and nowhere else is another. */

/**
 * Only what comes with the application: no foreign script, style, picture or connection, no code made of text.
 * @param sockets what else may be connected to: not every browser counts a WebSocket of the same origin as 'self'
 */
export const pagePolicy = (sockets: readonly string[] = []): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    ["connect-src 'self'", ...sockets].join(' '),
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
