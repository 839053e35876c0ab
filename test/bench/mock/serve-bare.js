// The least that a server can do here: read the body, check one SHA-1, answer a fixed text.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const [appSecret] = process.argv.slice(2);
const answer = JSON.stringify({ code: 0, result: { userId: 'jlk456j5', accessToken: 'a'.repeat(96) } });
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': answer.length };

const server = createServer((request, response) => {
  const { nonce, timestamp, signature } = request.headers;
  const expected = createHash('sha1').update(`${appSecret}${nonce}${timestamp}`).digest('hex');
  request.resume().on('end', () => {
    response.writeHead(signature === expected ? 200 : 401, headers).end(answer);
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit());
