import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NexconnClient } from '@nexconn-kit/client';
import { createMemoryStore, createTokenHandler, createTokenService } from '@nexconn-kit/token-service';
import { toNodeListener } from '@nexconn-kit/token-service/node';

const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]);
const sourceFolder = dirname(fileURLToPath(import.meta.resolve('@nexconn-kit/token-source')));
const page = `<!doctype html>
<p id="status">…</p>
<script type="module">
  import { createTokenSource } from '/token-source/index.js';
  const source = createTokenSource({ endpoint: '/access-token' });
  const say = (text) => (document.querySelector('#status').textContent = text);
  source.get().then(() => say('has a token'), ({ code }) => say(code));
</script>`;

/** Your app: a page, and the token endpoint that it calls. */
export function createApp(client: NexconnClient): RequestListener {
  const tokens = createTokenService({ client, store: createMemoryStore() });
  const authenticate = ({ headers }: Request) => users.get(headers.get('cookie') ?? '');
  const answerToken = toNodeListener(createTokenHandler(tokens, { authenticate }));
  return async function answer(request, response) {
    const { url = '' } = request;
    if (url === '/access-token') answerToken(request, response);
    else if (url.startsWith('/token-source/')) {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(await readFile(`${sourceFolder}/${url.slice('/token-source/'.length)}`));
    } else response.setHeader('Content-Type', 'text/html').end(page);
  };
}
