// Keeps connections busy over keep-alive, one request at a time on each, and counts the answers.
import { once } from 'node:events';
import { connect } from 'node:net';
import { signRequest } from '@nexconn-kit/signing';

const [appKey, appSecret] = process.argv.slice(2);
const body = JSON.stringify({ userId: 'jlk456j5', name: 'Ada' });

/** Every request has a nonce of its own, and is signed before the clock starts. */
function presign(count) {
  return Array.from({ length: count }, () => {
    const lines = Object.entries(signRequest({ appKey, appSecret })).map(([name, value]) => `${name}: ${value}`);
    return [
      'POST /v4/auth/access-token/issue HTTP/1.1',
      'Host: 127.0.0.1',
      'Accept: */*',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      ...lines,
      '',
      body,
    ].join('\r\n');
  });
}

function keepBusy(socket, nextRequest, onAnswer) {
  return new Promise((resolve, reject) => {
    let received = '';
    const send = () => {
      const request = nextRequest();
      if (request === undefined) resolve(socket.destroy());
      else socket.write(request, 'latin1');
    };
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received += chunk;
      const headEnd = received.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = /\r\ncontent-length: (\d+)\r\n/i.exec(received);
      if (!length) return reject(new Error('The server answers without Content-Length.'));
      if (received.length < headEnd + 4 + Number(length[1])) return;
      onAnswer(received);
      received = '';
      send();
    });
    send();
  });
}

async function run({ port, connections, requests, seconds = Number.POSITIVE_INFINITY }) {
  const ready = presign(requests);
  const sockets = Array.from({ length: connections }, () => connect({ port, host: '127.0.0.1', noDelay: true }));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  let [answered, refused, last] = [0, 0, ''];
  const start = performance.now();
  const end = start + seconds * 1000;
  const nextRequest = () => (performance.now() < end ? ready.pop() : undefined);
  const onAnswer = (answer) => {
    answered += 1;
    if (answer.startsWith('HTTP/1.1 200')) return;
    refused += 1;
    last = answer;
  };
  await Promise.all(sockets.map((socket) => keepBusy(socket, nextRequest, onAnswer)));
  const took = (performance.now() - start) / 1000;
  return { answered, refused, last, seconds: took, ranOut: seconds !== Number.POSITIVE_INFINITY && ready.length === 0 };
}

process.on('message', async (job) => process.send?.(await run(job)));
process.on('disconnect', () => process.exit());
process.send?.({ port: 0 });
