// Hands out tokens as others do, on Express: signed on the spot, as token servers for LiveKit are, or asked from the API for
// each log-in, as with a server SDK alone.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { signRequest } from '@nexconn-kit/signing';

const [way = '', peers = '', baseUrl = '', appKey = '', appSecret = ''] = process.argv.slice(2);
const { resolve } = createRequire(`${peers}/`);
const load = (name) => import(resolve(name));

/** Each returns what makes a token for a user. */
const ways = {
  async livekit() {
    const { AccessToken } = await load('livekit-server-sdk');
    const secret = 'a secret of thirty-two characters';
    return (identity) => {
      const token = new AccessToken('devkey', secret, { identity, name: 'Ada', ttl: '1h' });
      token.addGrant({ roomJoin: true, room: 'lobby' });
      return token.toJwt();
    };
  },
  async sdk() {
    const { default: axios } = await load('axios');
    const url = `${baseUrl}/v4/auth/access-token/issue`;
    return async (userId) => {
      const headers = signRequest({ appKey, appSecret });
      const { data } = await axios.post(url, { userId, name: 'Ada' }, { headers });
      return data.result.accessToken;
    };
  },
};

const tokenFor = await ways[way]();
const { default: express } = await load('express');
const app = express().disable('x-powered-by');
app.post('/access-token', express.json(), async (request, response) => {
  response.json({ accessToken: await tokenFor(request.headers.authorization) });
});
const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.send?.({ port: server.address().port });
