/** Where a process of samples finds what a page takes for granted. */
export interface Surroundings {
  readonly mockUrl: string;
  /** The address of an app: what a page calls `/access-token`. */
  readonly appUrl: string;
}

/**
 * Returns a module to be loaded before samples. It connects to the mock what is meant for a host of the API, has
 * what listens on a fixed port listen on a free one, where the samples' own calls find it, and lets a process end that
 * has a server open. Relative URLs are of the app, and what a page of an app has (`app-globals.d.ts`) is there.
 *
 * It stands below the client's own connections and `fetch` alike.
 */
export function preload({ mockUrl, appUrl }: Surroundings): string {
  return `
import tls from 'node:tls';
import net from 'node:net';
const { connect } = tls;
tls.connect = (options, ...more) => {
  const isMeant = String(options.servername ?? options.host).endsWith('-light-api.com');
  if (!isMeant) return connect(options, ...more);
  const socket = net.connect({ host: '127.0.0.1', port: ${new URL(mockUrl).port} });
  return socket.once('connect', () => socket.emit('secureConnect'));
};
const ports = new Map();
const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...args) {
  const [first, ...rest] = args;
  const options = typeof first === 'object' ? first : { port: Number(first), host: rest.find((each) => typeof each === 'string') };
  const listener = args.findLast((each) => typeof each === 'function');
  const tell = () => this.address() && ports.set(Number(options.port), this.address().port);
  this.prependOnceListener('listening', tell);
  listen.call(this, { ...options, port: 0 }, listener).unref();
  // Where no name has to be looked up, it listens before the event says so.
  tell();
  return this;
};
const { connect: connectSocket } = net.Socket.prototype;
net.Socket.prototype.connect = function (first, ...rest) {
  const options = Array.isArray(first) ? first[0] : first;
  const port = ports.get(Number(options?.port));
  if (port !== undefined) options.port = port;
  return connectSocket.call(this, first, ...rest);
};

const realFetch = globalThis.fetch;
globalThis.fetch = (input, init) => realFetch(typeof input === 'string' ? new URL(input, ${JSON.stringify(appUrl)}) : input, init);
const stored = new Map();
globalThis.localStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => void stored.set(key, value),
  removeItem: (key) => void stored.delete(key),
};
globalThis.session = { userId: 'jlk456j5', accessToken: 'a-log-in' };
globalThis.logOutButton = {};
globalThis.watchConnection = () => () => {};
globalThis.NCEngine = {
  async connect({ token }) {
    const body = JSON.stringify({ token });
    const headers = { 'content-type': 'application/json' };
    const answer = await realFetch('${mockUrl}/_console/api/tokens/check', { method: 'POST', headers, body });
    return { code: (await answer.json()).code };
  },
};
`;
}
