// Hands out tokens as others do, on Express: signed on the spot, as token servers for LiveKit are, or asked from the API for
// each log-in, as with a server SDK alone.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { signRequest } from '@nexconn-kit/signing';

const [way = '', peers = '', baseUrl = '', appKey = '', appSecret = ''] = process.argv.slice(2);
const require = createRequire(`${peers}/`);
const express = require('express');
const axios = require('axios');
const { AccessToken } = require('livekit-server-sdk');

const ways = {
  async livekit(userId) {
    const token = new AccessToken('devkey', 'a secret of thirty-two characters', {
      identity: userId,
      name: 'Ada',
      ttl: '1h',
    });
    token.addGrant({ roomJoin: true, room: 'lobby' });
    return token.toJwt();
  },
  async sdk(userId) {
    const headers = signRequest({ appKey, appSecret });
    const url = `${baseUrl}/v4/auth/access-token/issue`;
    const { data } = await axios.post(url, { userId, name: 'Ada' }, { headers });
    return data.result.accessToken;
  },
};

const app = express().disable('x-powered-by');
app.post('/access-token', express.json(), async (request, response) => {
  response.json({ accessToken: await ways[way](request.headers.authorization) });
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.send?.({ port: server.address().port });
