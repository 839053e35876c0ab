// Answers every request at once with the same token.
import { createServer } from 'node:http';

const answer = Buffer.from(JSON.stringify({ code: 0, result: { userId: 'jlk456j5', accessToken: 'a'.repeat(96) } }));
const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': answer.length };

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, headers).end(answer));
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit());
