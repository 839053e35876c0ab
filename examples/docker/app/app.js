import { createServer } from 'node:http';
import { SignJWT } from 'jose';

const secret = new TextEncoder().encode(process.env.JWT_SECRET);
const users = new Map([['session=a1b2', { userId: 'jlk456j5', name: 'Ada' }]]); // your log-in

/** Tells the token server who is logged in: the page sends the JWT to its /access-token. */
async function answerLogIn({ headers }, response) {
  const user = users.get(headers.cookie);
  if (!user) return response.writeHead(401).end();
  const jwt = await new SignJWT({ name: user.name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.userId)
    .setExpirationTime('5m')
    .sign(secret);
  response
    .setHeader('Content-Type', 'application/json')
    .setHeader('Cache-Control', 'no-store')
    .end(JSON.stringify({ jwt }));
}

const server = createServer((request, response) => {
  if (request.url === '/healthz') response.end('alive');
  else if (request.url === '/log-in' && request.method === 'POST') answerLogIn(request, response);
  else response.writeHead(404).end();
}).listen(3000);

// Process 1 of a container has no default for a signal: without a listener it would go on.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => server.close());
