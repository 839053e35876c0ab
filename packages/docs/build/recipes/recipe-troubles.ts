/** A row of what can go wrong. */
export type Trouble = readonly [seen: string, why: string, remedy: string];

const notLoggedIn: Trouble = [
  '401, code `NOT_SIGNED_IN`',
  '`authenticate` found nobody',
  'send the cookie of the example, `session=a1b2`, or put your log-in in its place',
];
const noSettings: Trouble = [
  '`INVALID_OPTION` at the start or the first request',
  'App Key, App Secret or region is missing',
  'start it by `npx @nexconn-kit/cli mock --`, or set the three variables',
];
const storeInUse: Trouble = [
  '`tokens.db` is refused',
  'another process has it open',
  'one process for a SQLite file; [Redis or PostgreSQL](../guides/token-stores.md) for several',
];
const otherOrigin: Trouble = [
  '403, code `ORIGIN_REFUSED`',
  'the page has another origin than the server',
  'one origin by a proxy, or `allowedOrigins` of `createTokenHandler`',
];
const oddUserId: Trouble = [
  '500, code `INTERNAL_ERROR`, for some users',
  'the API does not take their user ID, such as a UUID',
  '[opaque user IDs](../guides/user-ids.md); the line on stderr names the shape',
];
const bodyWasRead: Trouble = [
  'a 500 that says that the body was read',
  'something before the handler has read it, and left it unparsed',
  'mount the handler before that',
];
const sharedApp: Trouble = [
  'tests disturb one another',
  'they share an app',
  'an app for each: `mock.console.createApp({})`, or the fixture',
];
const leftOpen: Trouble = ['the run hangs at its end', 'a client or a mock is open', '`await using`, or `close()`'];
const passedBy: Trouble = [
  'the call goes to the real host, and MSW sees nothing',
  'the client has connections of its own, which pass MSW by',
  '`fetch: (request) => fetch(request)` as an option of the client',
];
const noBrowser: Trouble = [
  'no browser is found',
  'Playwright has not installed one',
  '`npx playwright install chromium`, or `CHROMIUM_PATH`',
];
const noFlag: Trouble = [
  'the worker does not start, for want of a module of Node',
  'it lacks the flag `nodejs_compat`',
  'set it in `compatibility_flags`',
];

const server = [notLoggedIn, noSettings, otherOrigin, oddUserId] as const;

/** What can go wrong with each recipe. */
export const troubles: Readonly<Record<string, readonly Trouble[]>> = {
  express: [...server, storeInUse, bodyWasRead],
  fastify: [...server, storeInUse],
  hono: [...server, storeInUse],
  'hono-workers': [
    ...server,
    noFlag,
    ['each isolate issues tokens of its own', 'its store is its memory', 'a [D1 database](./cloudflare.md)'],
  ],
  next: [
    ...server,
    storeInUse,
    [
      'the SQLite engine is not found after a build',
      'our packages were bundled',
      '`serverExternalPackages`, as in `next.config.js`',
    ],
  ],
  nest: [...server, storeInUse, bodyWasRead],
  'node-esm': [...server, storeInUse],
  'node-commonjs': [
    ...server,
    storeInUse,
    ['`ERR_REQUIRE_ESM`', 'Node is older than 20.19', 'a newer one, or `await import()`'],
  ],
  cloudflare: [
    ...server,
    noFlag,
    [
      'the next request of a user waits for up to 15 seconds',
      'the worker ended with its request, and the lease stayed',
      'hand `context` on to the handler, whose `waitUntil` it calls',
    ],
  ],
  'standard-schema': [
    [
      '400 for a user ID of your own',
      'the schema takes what the API takes: letters and digits',
      '[which user IDs](../guides/user-ids.md)',
    ],
    ['a 400 repeats what was posted', 'that is what the validator of Hono answers', 'give it a hook of your own'],
  ],
  'vite-react': [
    notLoggedIn,
    otherOrigin,
    [
      'the page asks again and again',
      'the source is created inside a component',
      'create it outside, as in `src/main.tsx`',
    ],
  ],
  'react-native': [
    [
      'an emulator of Android reaches nothing',
      '127.0.0.1 is the emulator itself',
      'ask 10.0.2.2, and have the server listen beyond 127.0.0.1',
    ],
    [
      'the next user gets the token of the last one',
      'the stored token has outlived the session',
      'pass `userId`, and call `clear()` at log-out',
    ],
    [
      'a token lies readable on the device',
      'AsyncStorage does not encrypt',
      'a secure storage; `encryptStorage` needs WebCrypto',
    ],
  ],
  vitest: [sharedApp, leftOpen],
  jest: [
    [
      '"Cannot use import statement outside a module"',
      'our packages are ES modules, which Jest leaves as they are',
      '`transformIgnorePatterns`, as in the three configurations',
    ],
    sharedApp,
    leftOpen,
  ],
  playwright: [noBrowser, sharedApp, leftOpen],
  msw: [passedBy, leftOpen],
  'msw-3': [passedBy, leftOpen],
  storybook: [
    [
      'MSW cannot register its worker',
      '`mockServiceWorker.js` is not served',
      '`staticDirs`, as in `.storybook/main.ts`',
    ],
    noBrowser,
  ],
  'identity-providers': [
    [
      '401 for everybody',
      'the issuer or the audience is that of the example',
      'put yours in; the log says what was refused',
    ],
    oddUserId,
    [
      'everybody is a new user after a deployment',
      '`NEXCONN_USER_ID_KEY` is another one',
      'make it once, and keep it as a secret',
    ],
  ],
  docker: [
    ['nobody reaches a container', 'it listens on 127.0.0.1 inside', '`NEXCONN_HOST=0.0.0.0`, as in the `Dockerfile`'],
    ['a secret with quotes is refused', 'Docker leaves them in an `--env-file`', 'write the value without quotes'],
    ['it is killed after ten seconds', 'SIGTERM has reached a shell or npm', '`node` as process 1'],
  ],
  bundles: [
    [
      'the SQLite engine is not found on Node 20',
      'it cannot be part of a bundle',
      'leave `node-sqlite3-wasm` outside, and install it beside the bundle',
    ],
    noSettings,
  ],
  deploy: [
    ['requests are cut at each rollout', 'Pods end before their Service has noticed', '`NEXCONN_DRAIN_DELAY_MS`'],
    [
      '502 now and then',
      'the proxy keeps connections longer than the server',
      '`keepAliveTimeoutMs` above that of the proxy',
    ],
    ['a second Pod does not start', 'both share one SQLite volume', 'Redis or PostgreSQL'],
  ],
  languages: [
    ['401, code 1004', 'the signature is wrong', '[find the mistake](../guides/signing.md#find-the-mistake)'],
    ['it ends at once', 'a variable is missing', 'start it by `npx @nexconn-kit/cli mock --`, or set all three'],
    ['it fails with HTTP 200', 'the `code` in the body is not 0', 'look it up on the page of [errors](../errors.md)'],
  ],
};
