const { createServer } = require('node:http');
const { createNexconnClient } = require('@nexconn-kit/client');
const { createTokenHandler, createTokenService } = require('@nexconn-kit/token-service');
const { toNodeListener } = require('@nexconn-kit/token-service/node');
const { createSqliteStore } = require('@nexconn-kit/token-service/sqlite');

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in

async function main() {
  const tokens = createTokenService({ client: createNexconnClient(), store: await createSqliteStore('tokens.db') });
  const authenticate = ({ headers }) => users.get(headers.get('cookie'));
  createServer(toNodeListener(createTokenHandler(tokens, { authenticate, path: '/access-token' }))).listen(
    process.env.PORT ?? 3000,
  );
}

main();
