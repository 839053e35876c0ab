import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createNexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in

const tokens = createTokenService({ client: createNexconnClient(), store: createMemoryStore() });
const authenticate = ({ headers }) => users.get(headers.get('cookie'));
const answerToken = toNodeListener(createTokenHandler(tokens, { authenticate }));
const types = { '.html': 'text/html', '.js': 'text/javascript' };

/** The token endpoint, and the built page. */
async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/access-token') return answerToken(request, response);
  const file = pathname === '/' ? '/index.html' : pathname;
  const type = types[/\.\w+$/.exec(file)?.[0]];
  const text = await readFile(`dist${file}`).catch(() => undefined);
  if (text && type) response.setHeader('Content-Type', type).end(text);
  else response.writeHead(404).end();
}

createServer(answer).listen(Number(process.env.PORT ?? 3000));
