import type { Topic } from '../protocol.js';

export const frameworks = ['Express', 'Next', 'Nest', 'Fastify', 'Hono', 'React'] as const;
export type Framework = (typeof frameworks)[number];

/**
 * Statements that stand so in a file of the repository, but for line ends, comments and what `// …` leaves out; a test looks them
 * up. No line is longer than a phone is wide.
 */
export interface Snippet {
  readonly file: string;
  /** The page of the documentation that says more, from its root and without an extension. */
  readonly page: string;
  readonly statements: readonly string[];
}

/** What a topic is about, and the code for it: one for all frameworks, or one for each. */
export interface TopicCode {
  readonly what: string;
  /** Whether it belongs into the page, and not into the server. */
  readonly isOfApp: boolean;
  readonly code: Snippet | Readonly<Record<Framework, Snippet>>;
}

const service = `const tokens = createTokenService({
  client: createNexconnClient(),
  store: await createSqliteStore('tokens.db'),
});`;
const handler = `const handler = createTokenHandler(tokens, {
  authenticate: (_request, { user }) => user,
});`;
const express: Snippet = {
  file: 'examples/express/server.js',
  page: 'recipes/express',
  statements: [
    service,
    handler,
    `app.all(
  '/access-token',
  toNodeListener(handler),
);`,
  ],
};
const signOut = 'logOutButton.onclick = () => source.clear();';
const source: Snippet = {
  file: 'packages/token-source/README.md',
  page: 'guides/tokens-in-the-app',
  statements: [
    `const source = createTokenSource({
  endpoint: '/access-token',
  userId,
  storage: () => localStorage,
});`,
    `const { code } = await connectWithToken(
  source,
  (token) => NCEngine.connect({ token }),
);`,
    signOut,
  ],
};

export const topics: Readonly<Record<Topic, TopicCode>> = {
  source: {
    what: 'The app asks for a token, keeps it, and shares it with its other tabs.',
    isOfApp: true,
    code: {
      ...{ Express: source, Next: source, Nest: source, Fastify: source, Hono: source },
      React: {
        file: 'examples/vite-react/src/main.tsx',
        page: 'recipes/vite-react',
        statements: [
          `const source = createTokenSource({
  endpoint: '/access-token',
});`,
          'const state = useNexconnToken(source);',
          '<p id="status">{describe(state)}</p>',
        ],
      },
    },
  },
  endpoint: {
    what: 'Your server hands out tokens to whoever is signed in, and stores them.',
    isOfApp: false,
    code: {
      Express: express,
      React: express,
      Next: {
        file: 'examples/next/app/access-token/route.ts',
        page: 'recipes/next',
        statements: [
          `export const POST = createTokenHandler(
  async () =>
    createTokenService({
      client: createNexconnClient(),
      store:
        await createSqliteStore('tokens.db'),
    }),
  { authenticate },
);`,
        ],
      },
      Nest: {
        file: 'examples/nest/src/access-token.controller.ts',
        page: 'recipes/nest',
        statements: [
          service,
          `return toNodeListener(
  createTokenHandler(tokens, {
    authenticate: (
      _request,
      { user }: Request & WithUser,
    ) => user,
  }),
);`,
          'this.listener(request, response);',
        ],
      },
      Fastify: {
        file: 'examples/fastify/server.js',
        page: 'recipes/fastify',
        statements: [
          service,
          handler,
          `app.register(
  toFastifyPlugin(handler, '/access-token'),
);`,
        ],
      },
      Hono: {
        file: 'examples/hono/server.js',
        page: 'recipes/hono',
        statements: [
          service,
          `const handler = createTokenHandler(tokens, {
  authenticate: (_request, context) =>
    context.get('user'),
});`,
          `app.all('/access-token', (context) =>
  handler(context.req.raw, context),
);`,
        ],
      },
    },
  },
  client: {
    what: 'The client has key, secret and region of the environment, signs, keeps to the limit, and retries.',
    isOfApp: false,
    code: {
      file: 'packages/client/README.md',
      page: 'guides/calling-the-api',
      statements: [
        'const nexconn = createNexconnClient();',
        `const { userId, accessToken } =
  await nexconn.issueAccessToken({
    userId: 'jlk456j5',
    name: 'Ada',
  });`,
      ],
    },
  },
  secret: {
    what: 'Give both App Secrets while you rotate, or a function that returns them: no restart.',
    isOfApp: false,
    code: {
      file: 'packages/docs/site/guides/rotating-the-app-secret.md',
      page: 'guides/rotating-the-app-secret',
      statements: [
        `const {
  NEXCONN_APP_SECRET: current = '',
  NEXCONN_NEXT_APP_SECRET:
    next = 'NotInForceYet1',
} = process.env;`,
        `const nexconn = createNexconnClient({
  appSecret: { current, next },
  // …
});`,
      ],
    },
  },
  connect: {
    what: 'The connection is kept: a token that is refused is replaced; all else is left to the SDK.',
    isOfApp: true,
    code: {
      file: 'packages/docs/site/guides/tokens-in-the-app.md',
      page: 'guides/tokens-in-the-app',
      statements: [
        `const kept = await keepConnected(source, {
  connect: (token) =>
    NCEngine.connect({ token }),
  onStatus: (listener) =>
    watchConnection(listener),
  // …
});`,
      ],
    },
  },
  'sign-out': {
    what: 'The token is forgotten in this browser, and in its other tabs.',
    isOfApp: true,
    code: { file: 'packages/token-source/README.md', page: 'guides/tokens-in-the-app', statements: [signOut] },
  },
};

/** Returns the code of a topic for a framework. */
export function snippetFor(topic: Topic, framework: Framework): Snippet {
  const { code } = topics[topic];
  return 'statements' in code ? code : code[framework];
}
