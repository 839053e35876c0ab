/** A host that the rendered page would ask for something, and what its address becomes. */
interface OutsideRequest {
  what: string;
  address: string;
  replacement: string;
}

const attribution = (text: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="42" height="14"><text y="11" font-family="sans-serif" font-size="11" fill="#2a7de1">${text}</text></svg>`,
  )}`;

const outsideRequests: OutsideRequest[] = [
  {
    what: 'the wide logo in the footer',
    address: 'https://cdn.redoc.ly/redoc/logo-mini-full.svg',
    replacement: attribution('Redoc'),
  },
  {
    what: 'the narrow logo in the footer',
    address: 'https://cdn.redoc.ly/redoc/logo-mini.svg',
    replacement: attribution('Redoc'),
  },
  { what: 'the icon set', address: 'https://cdn.redocly.com/icons/fa/7.0.0', replacement: 'data:,' },
  { what: 'the code icon set', address: 'https://cdn.redocly.com/icons/code/5.24.0', replacement: 'data:,' },
  { what: 'the telemetry address', address: 'https://otel.cloud.redocly.com/v1/traces', replacement: 'data:,' },
];

/** What loads something by itself, as opposed to a link that a reader may follow. */
const loaders: [what: string, pattern: RegExp][] = [
  ['a content network or telemetry host', /https?:\/\/(?:cdn|otel|fonts|unpkg)\.[\w.-]+[^\s"'`)]*/i],
  ['a <script> with an address', /<script[^>]*\ssrc=[^>]*>/i],
  ['a <link> to another host', /<link[^>]*\shref=["']?(?:https?:)?\/\/[^>]*>/i],
  ['an <img>, <iframe> or <source> from another host', /<(?:img|iframe|source)[^>]*\ssrc=["']?(?:https?:)?\/\/[^>]*>/i],
  ['a style sheet import', /@import\s+(?:url\()?["']?(?:https?:)?\/\/[^;]*/i],
  ['a style that loads from another host', /url\(\s*["']?(?:https?:)?\/\/[^)]*/i],
];

/**
 * Returns the rendered page without what would send a request to another host.
 *
 * @throws Error when an expected piece is missing or something that loads from outside is left: either means that Redoc
 * changed, and that the list in this file has to follow.
 */
export function removeOutsideRequests(page: string): string {
  if (!page.includes('"disableTelemetry":true')) {
    throw new Error('The page does not switch telemetry off. Set REDOCLY_TELEMETRY=off for redocly build-docs.');
  }
  const clean = outsideRequests.reduce(replaceAddress, page);
  for (const [what, pattern] of loaders) {
    const left = pattern.exec(clean)?.[0];
    if (left !== undefined) {
      throw new Error(
        `The page still contains ${what}: ${left.slice(0, 120)}. Add it to the list in remove-outside-requests.ts.`,
      );
    }
  }
  return clean;
}

function replaceAddress(page: string, { what, address, replacement }: OutsideRequest): string {
  if (!page.includes(address)) {
    throw new Error(
      `${what} (${address}) is not in the page, so Redoc changed. ` +
        'Look up what it loads now and correct the list in remove-outside-requests.ts.',
    );
  }
  return page.replaceAll(address, replacement);
}
