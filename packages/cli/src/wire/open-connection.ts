import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import type { EnvironmentProxy } from '@nexconn-kit/client/proxy';
import { clearTimeout, setTimeout } from '../system-time.js';

/** The steps of a connection, in turn. */
export type Stage = 'dns' | 'tcp' | 'proxy' | 'tls';

/** What became of one step. */
export interface StageResult {
  readonly stage: Stage;
  /** The code of the failure, such as `ECONNREFUSED`, `TIMEOUT` or `HTTP 407`; undefined where it went well. */
  readonly failure: string | undefined;
  /** For people: addresses, or the certificate's issuer. */
  readonly detail: string;
  readonly certificate?: Pick<PeerCertificate, 'valid_to' | 'valid_from'> & { readonly issuer: string };
}

/** The steps that were taken, the last of which may have failed, and the socket where none has. */
export interface OpenedConnection {
  readonly stages: readonly StageResult[];
  readonly socket: Socket | undefined;
}

/** How a connection is opened. */
export interface ConnectionOptions {
  readonly proxy: EnvironmentProxy | undefined;
  /** For each step by itself. */
  readonly timeoutMs: number;
}

/** What a step that has failed says of it. */
class StageFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Opens a connection step by step; never rejects. The socket is the caller's, who destroys it. */
export async function openConnection(target: URL, options: ConnectionOptions): Promise<OpenedConnection> {
  const { proxy, timeoutMs } = options;
  const stages: StageResult[] = [];
  let socket: Socket | undefined;

  /** Returns whether the step went well. */
  async function take(stage: Stage, work: () => Promise<Omit<StageResult, 'stage' | 'failure'>>): Promise<boolean> {
    try {
      stages.push({ stage, failure: undefined, ...(await work()) });
      return true;
    } catch (error) {
      const { code, detail = '' } = error as { readonly code?: string; readonly detail?: string };
      stages.push({ stage, failure: code ?? 'UNKNOWN', detail });
      socket?.destroy();
      socket = undefined;
      return false;
    }
  }

  const first = proxy?.url ?? target;
  const host = first.hostname.replace(/^\[|\]$/g, '');
  const isOpen =
    (await take('dns', async () => ({ detail: await resolve(host, timeoutMs) }))) &&
    (await take('tcp', async () => {
      socket = await connectSocket(host, portOf(first), timeoutMs);
      return { detail: `port ${portOf(first)}` };
    })) &&
    (proxy === undefined ||
      (await take('proxy', async () => {
        socket = await openTunnel(socket as Socket, target, proxy, timeoutMs);
        return { detail: '' };
      }))) &&
    (target.protocol !== 'https:' ||
      (await take('tls', async () => {
        const secured = await secure(socket as Socket, target.hostname, timeoutMs);
        socket = secured.socket;
        return secured;
      })));
  return { stages, socket: isOpen ? socket : undefined };
}

export function portOf({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}

async function resolve(host: string, timeoutMs: number): Promise<string> {
  if (isIP(host)) return host;
  const found = await withLimit(timeoutMs, () => {}, lookup(host, { all: true }));
  return found.map(({ address }) => address).join(', ');
}

function connectSocket(host: string, port: number, timeoutMs: number): Promise<Socket> {
  const socket = connect({ host, port });
  return untilEvent(socket, 'connect', timeoutMs).then(() => socket);
}

/** Has the proxy open a tunnel; its password goes to the proxy alone. */
async function openTunnel(socket: Socket, target: URL, { url }: EnvironmentProxy, timeoutMs: number): Promise<Socket> {
  const to = `${target.hostname}:${portOf(target)}`;
  const { username, password } = url;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = { host: to, ...(username !== '' && { 'proxy-authorization': `Basic ${login}` }) };
  const through = url.protocol === 'https:' ? (await secure(socket, url.hostname, timeoutMs)).socket : socket;
  const request = requestHttp({ method: 'CONNECT', path: to, headers, createConnection: () => through });
  const answered = new Promise<Socket>((resolve, reject) => {
    request.once('connect', ({ statusCode = 0 }, tunnel) => {
      if (statusCode >= 200 && statusCode < 300) resolve(tunnel);
      else reject(new StageFailure(`HTTP ${statusCode}`));
    });
    request.once('response', ({ statusCode }) => reject(new StageFailure(`HTTP ${statusCode}`)));
    request.once('error', reject);
  });
  request.end();
  return withLimit(timeoutMs, () => request.destroy(), answered);
}

/**
 * Begins TLS. Nothing is sent over a connection whose certificate is not trusted: that is a failure, whatever
 * `NODE_TLS_REJECT_UNAUTHORIZED` says.
 */
async function secure(socket: Socket, hostname: string, timeoutMs: number) {
  const host = hostname.replace(/^\[|\]$/g, '');
  const servername = isIP(host) ? {} : { servername: host };
  const secured = connectTls({ socket, host, ...servername, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] });
  await untilEvent(secured, 'secureConnect', timeoutMs);
  const { issuer, valid_to, valid_from } = secured.getPeerCertificate();
  const issuerName = [issuer?.O ?? issuer?.CN ?? 'nobody'].flat().join(', ');
  if (!secured.authorized) {
    secured.destroy();
    const code = codeOf(secured.authorizationError);
    throw Object.assign(new StageFailure(code), { detail: `issued by ${issuerName}, until ${valid_to}` });
  }
  const detail = `${secured.getProtocol()}, issued by ${issuerName}`;
  return { socket: secured as Socket, detail, certificate: { valid_to, valid_from, issuer: issuerName } };
}

/** Node has the code in a text where its type says that it is an error. */
function codeOf(error: Error | string | undefined): string {
  return typeof error === 'string' ? error : ((error as NodeJS.ErrnoException | undefined)?.code ?? 'UNTRUSTED');
}

function untilEvent(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  const happened = new Promise<void>((resolve, reject) => {
    socket.once(event, resolve);
    // Stays: what happens to a socket later must not end the process.
    socket.on('error', reject);
    socket.once('close', () => reject(new StageFailure('CLOSED')));
  });
  return withLimit(timeoutMs, () => socket.destroy(), happened);
}

/** Resolves as the work does, or rejects with TIMEOUT after `giveUp` has ended it. */
async function withLimit<Value>(timeoutMs: number, giveUp: () => void, work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new StageFailure('TIMEOUT'));
      giveUp();
    }, timeoutMs);
  });
  work.catch(() => {});
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
