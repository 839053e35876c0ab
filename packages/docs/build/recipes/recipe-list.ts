/** A folder of `examples/`, as its page shows it. */
export interface Recipe {
  /** What its neighbours in the list have in common with it. */
  readonly group: string;
  /** What to read, in this order; files that are alike stand beside each other, as tabs. `samples`: whatever is there. */
  readonly files: readonly RecipePart[] | 'samples';
  /** The command that checks it. Default: that of the examples. */
  readonly testedBy?: string;
}

/** One file, or several that are tabs of one block, and a sentence on it. */
export type RecipePart = readonly [files: string | readonly string[], sentence: string];

const servers = 'App servers';
const apps = 'Pages and apps';
const tests = 'Tests';
const logIns = 'Log-ins';
const operation = 'Containers and bundles';

const logIn = 'Stands for your log-in: it says which user a request comes from.';
const tokenServer =
  'The token endpoint: a service that issues and stores the tokens, and a handler that asks who is logged in.';
const provider = (name: string): RecipePart => [
  [`providers/${name.toLowerCase()}.js`, `providers/${name.toLowerCase()}.env`],
  `${name}: as \`authenticate\` of your own handler, and as settings of the token server.`,
];

/** The recipes, in the order of their list. */
export const recipes: Readonly<Record<string, Recipe>> = {
  express: {
    group: servers,
    files: [
      ['server.js', tokenServer],
      ['log-in.js', logIn],
    ],
  },
  fastify: {
    group: servers,
    files: [
      ['server.js', tokenServer],
      ['log-in.js', logIn],
    ],
  },
  hono: {
    group: servers,
    files: [
      ['server.js', tokenServer],
      ['log-in.js', logIn],
    ],
  },
  'hono-workers': {
    group: servers,
    files: [['worker.js', 'The token endpoint of a worker, which keeps its tokens in memory.']],
  },
  next: {
    group: servers,
    files: [
      [
        'app/access-token/route.ts',
        'The token endpoint is a route; the service is made at the first request for a token.',
      ],
      ['app/log-in.ts', logIn],
      ['next.config.js', 'Leaves our packages to Node, which finds the SQLite engine beside them.'],
      [['app/page.tsx', 'app/layout.tsx'], 'The page of the example.'],
    ],
  },
  nest: {
    group: servers,
    files: [
      [
        'src/access-token.controller.ts',
        'The token endpoint is a controller, whose provider opens the store before the app listens.',
      ],
      ['src/log-in.ts', logIn],
      ['src/main.ts', 'Puts the log-in before the controller, and starts the app.'],
    ],
  },
  'node-esm': { group: servers, files: [['server.js', tokenServer]] },
  'node-commonjs': {
    group: servers,
    files: [['server.js', 'The same by `require`, which Node 20.19 and later can do with our ES modules.']],
  },
  cloudflare: {
    group: servers,
    files: [
      ['functions/access-token.js', 'The token endpoint is a Pages function; the tokens and the rate limit are in D1.'],
      ['worker.js', 'The same as a worker without Pages.'],
      ['log-in.js', logIn],
      ['wrangler.toml', 'Names the database, and the flag that Node’s modules need.'],
    ],
  },
  'standard-schema': {
    group: servers,
    files: [
      ['src/app.ts', 'Hono checks the body by the schema of the contract.'],
      ['src/router.ts', 'tRPC checks what comes in and what goes out by the same schemas.'],
      ['src/types.ts', 'The types come from the schemas: this file only has to compile.'],
      ['src/server.ts', 'Starts the Hono app.'],
    ],
  },
  'vite-react': {
    group: apps,
    files: [
      ['src/main.tsx', 'The page: a token source, and the hook that shows its state.'],
      ['vite.config.js', 'Sends what the page asks for to the app server while you develop.'],
      ['server.js', 'The app server: the built page, and the token endpoint.'],
      ['index.html', 'The document of the page.'],
    ],
  },
  'react-native': {
    group: apps,
    files: [['src/token.ts', 'The token source of a session, with the storage of the device.']],
  },
  vitest: {
    group: tests,
    files: [
      ['token.test.ts', 'The fixture `nexconnApp` is an app of its own for each test, on a mock that all share.'],
    ],
  },
  jest: {
    group: tests,
    files: [
      ['token.test.ts', 'A mock for the file, and a client on it.'],
      ['fake-timers.test.ts', 'The client works while Jest’s fake timers are on.'],
      [
        ['jest.config.js', 'jest.swc.config.js', 'jest.ts-jest.config.js'],
        'Jest transforms our ES modules too: with Babel, swc or ts-jest.',
      ],
    ],
  },
  playwright: {
    group: tests,
    files: [
      ['token.spec.ts', 'What the page shows: a token, a refusal, and what the user can do about it.'],
      ['fixtures.ts', 'A mock for a worker, and an app of its own for each test.'],
      ['app.ts', 'Stands for your app: a page, and the token endpoint.'],
      ['playwright.config.ts', 'Which browser, and where the tests are.'],
    ],
  },
  msw: { group: tests, files: [['token.test.ts', 'MSW 2 answers the client’s calls by the mock, without a port.']] },
  'msw-3': {
    group: tests,
    files: [['token.test.ts', 'MSW 3 answers the client’s calls by the mock, without a port.']],
  },
  storybook: {
    group: tests,
    files: [
      ['src/token-status.stories.tsx', 'A story for each state that the token of a user can be in.'],
      ['src/token-status.tsx', 'The component that is shown.'],
      [['.storybook/main.ts', '.storybook/preview.ts'], 'Storybook with MSW in the page.'],
    ],
  },
  'identity-providers': {
    group: logIns,
    files: [
      ['server.js', 'The token endpoint, with the `authenticate` of a provider.'],
      ['verify-bearer.js', 'What all of them share: the JWT of a request, checked with the provider’s keys.'],
      ...['Auth0', 'Clerk', 'Cognito', 'Firebase', 'Keycloak', 'Supabase'].map(provider),
    ],
  },
  docker: {
    group: operation,
    files: [
      ['compose.yaml', 'The mock, the token server, a Redis and an app that logs users in.'],
      ['Dockerfile', 'An image for each of them, by its target.'],
      ['app/app.js', 'Stands for your app: it logs a user in, and hands out the JWT that the token server takes.'],
      ['mock/mock.js', 'The mock as a service.'],
      ['.dockerignore', 'What stays out of the images.'],
    ],
  },
  bundles: {
    group: operation,
    files: [
      ['build.js', 'The settings of each bundler.'],
      ['client.js', 'A client that is bundled alone.'],
      ['server.js', 'The app server that is bundled.'],
      ['mock.js', 'The mock that is bundled, with its page and its reference engine.'],
    ],
  },
  deploy: {
    group: operation,
    testedBy: 'npx vitest run --project samples deploy',
    files: [
      [
        'kubernetes/token-server.yaml',
        'The token server with its service, ingress, network policy and disruption budget.',
      ],
      [
        ['systemd/nexconn-tokens.service', 'systemd/tokens.env'],
        'A unit that keeps to a user and a folder of its own, and its settings.',
      ],
      [
        ['nginx/nexconn-tokens.conf', 'caddy/Caddyfile'],
        'A proxy with TLS, which lets the token endpoint alone through.',
      ],
      [
        ['prometheus/prometheus.yml', 'prometheus/alerts.yml', 'prometheus/alerts.test.yml'],
        'What is scraped, when somebody is called, and the tests of these rules.',
      ],
    ],
  },
  languages: { group: 'Other languages', testedBy: 'npm run samples', files: 'samples' },
};
