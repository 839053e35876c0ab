import { createServer } from 'node:http';
import { createNexconnClient, type NexconnClient } from '@nexconn-kit/client';
import { type RunningMock, type SavedState, startMock } from '@nexconn-kit/mock';
import { type AnsweredRequest, type RunningServer, startTrustingServer } from '@nexconn-kit/token-server';
import { CliError, listen } from '@nexconn-kit/token-server/command-line';
import type { Certificate } from '../../process/certificate.js';
import type { RequestFacts } from '../../terminal/request-line.js';
import { createDemo } from './demo/create-demo.js';
import { type PageLink, type StaticServer, startDocsServer } from './docs-server.js';
import { createFetchTrusting } from './fetch-trusting.js';
import { openStateFolder, type StateFolder } from './state-folder.js';

/** The header whose user ID the sandbox believes. */
export const userHeader = 'X-User-Id';

/** Whoever tries the kit out has the user IDs of an identity provider: UUIDs, `auth0|…`, e-mail addresses, names with a blank. */
const userIdPattern = /\S(?:.*\S)?/u;
/** What the API takes. */
const documented = /^[A-Za-z0-9]+$/;

/** How a sandbox is started. */
export interface SandboxOptions {
  /** The address to listen on. Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** 0 takes any free port, as for the others. */
  readonly mockPort: number;
  readonly tokensPort: number;
  readonly docsPort: number;
  /** What all of it listens with `https:` by. Default: none, plain HTTP. */
  readonly certificate?: Certificate | undefined;
  /** The absolute path of the folder of the documentation site. */
  readonly docsFolder: string;
  /** The key that makes opaque user IDs. Default: they are those of the header. */
  readonly userIdKey?: string | undefined;
  /** The folder that keeps what there is for the next start. Default: it is all in memory. */
  readonly stateFolder?: string | undefined;
  /** Whether what is in that folder is removed first. Default: it is taken up. */
  readonly isFresh?: boolean | undefined;
  /** Called with a sentence on what cannot be kept, or could not be read. */
  readonly onTrouble?: ((sentence: string) => void) | undefined;
  /** Called with a sentence where it takes a while to see whether another sandbox uses the folder. */
  readonly onWait?: ((sentence: string) => void) | undefined;
  /** Called with each request to the mock or for a token, once it has been answered. */
  readonly onRequest?: ((facts: RequestFacts) => void) | undefined;
  /** Called at the first token for a user whose ID the API itself would refuse. */
  readonly onOddUserId?: (() => void) | undefined;
}

/** A sandbox that runs until it is disposed of. */
export interface Sandbox extends AsyncDisposable {
  readonly mock: RunningMock;
  /** Calls the mock, and takes its App Secret from it. */
  readonly client: NexconnClient;
  readonly tokens: RunningServer;
  readonly docs: StaticServer;
  /** Whether there is a folder that its state is kept in. */
  readonly isKept: boolean;
  /** The file that callers trust it by, where it listens with `https:`. */
  readonly caFile: string | undefined;
}

/**
 * Starts the mock, the token service on it and the documentation. Where one of them cannot start, none is left.
 *
 * @throws {CliError} PORT_IN_USE, LISTEN_FAILED, PAGE_MISSING
 */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { host = '127.0.0.1', mockPort, tokensPort, docsPort, docsFolder, certificate, userIdKey, onRequest } = options;
  const tls = certificate && { cert: certificate.cert, key: certificate.key };
  const opened: AsyncDisposable[] = [];
  let isOddTold = false;

  function onAnswered(answered: AnsweredRequest): void {
    onRequest?.(answered);
    const { userId, status } = answered;
    if (isOddTold || userIdKey !== undefined || status !== 200 || documented.test(userId ?? '')) return;
    isOddTold = true;
    options.onOddUserId?.();
  }

  async function close(): Promise<void> {
    for (const each of opened.splice(0).reverse()) await each[Symbol.asyncDispose]();
  }

  async function open<T extends AsyncDisposable>(starting: Promise<T>): Promise<T> {
    const started = await starting;
    opened.push(started);
    return started;
  }

  let folder: StateFolder | undefined;
  try {
    folder = await openFolder(options);
    if (folder) opened.push(folder);
    let toKept = (saved: SavedState): SavedState => saved;
    const mockLinks: PageLink[] = [];
    const startingMock = startMock({
      ...{ port: mockPort, host, tls, links: mockLinks, userIdPattern, onRequest, state: folder?.state },
      onChange: () => folder?.save(() => toKept(mock.exportState())),
    });
    const mock: RunningMock = await open(startingMock);
    const docsLinks: PageLink[] = [];
    const docs = await open(startDocsServer(docsFolder, docsPort, host, docsLinks, tls));
    const demo = createDemo({ mock, docsUrl: () => docs.url, send: tls ? createFetchTrusting(tls.cert) : fetch });
    toKept = demo.withoutFaults;
    const client = createNexconnClient({
      appKey: mock.appKey,
      baseUrl: mock.url,
      userIdPattern,
      // The App Secret is asked for again after a refusal, so that a rotation in the console needs no restart.
      ...demo.clientOptions,
      onEvent: demo.onClientEvent,
    });
    opened.push(client);
    const startingTokens = startTrustingServer(client, {
      ...{ userHeader, port: tokensPort, host, tls, userIdKey, onAnswered },
      store: folder?.tokenFile?.store,
      onEvent: demo.onServiceEvent,
      page: demo.answer,
      requestIds: demo.requestIds,
    });
    const tokens = await open(startingTokens).finally(() => {
      // Disposed of before the server, which would wait for its streams.
      opened.push(demo);
    });
    const demoLink = { title: 'Demo app and token service', url: `${tokens.url}/` };
    mockLinks.push(demoLink, { title: 'Documentation', url: `${docs.url}/` });
    docsLinks.push(demoLink, { title: 'Console of the mock', url: `${mock.url}/_console` });
    const isKept = folder !== undefined;
    return { mock, client, tokens, docs, isKept, caFile: certificate?.file, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    await folder?.discard().catch(() => {});
    throw isPortInUse(error) ? await namePorts(options, host, error) : error;
  }
}

async function openFolder(options: SandboxOptions): Promise<StateFolder | undefined> {
  const { stateFolder, isFresh = false, onTrouble, onWait } = options;
  if (stateFolder === undefined) return undefined;
  return openStateFolder(stateFolder, {
    isFresh,
    tell: (sentence) => onTrouble?.(sentence),
    onWait: (sentence) => onWait?.(sentence),
  });
}

function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'PORT_IN_USE';
}

/** Returns the error that names all ports that are taken: one after the other they would be found out in three starts. */
async function namePorts(options: SandboxOptions, host: string, cause: unknown): Promise<CliError> {
  const ports = [
    ['--mock-port', options.mockPort],
    ['--tokens-port', options.tokensPort],
    ['--docs-port', options.docsPort],
  ] as const;
  const taken: (readonly [flag: string, port: number])[] = [];
  for (const [flag, port] of ports) if (await isTaken(port, host)) taken.push([flag, port]);
  const details = { code: 'PORT_IN_USE', cause } as const;
  const [first, ...others] = taken;
  if (first === undefined) return new CliError('A port was taken, and is free by now. Start it again.', details);
  if (others.length === 0) {
    return new CliError(`Port ${first[1]} is taken. Choose another with ${first[0]}; 0 takes any free one.`, details);
  }
  const named = taken.map(([flag, port]) => `${port} (${flag})`);
  const list = `${named.slice(0, -1).join(', ')} and ${named.at(-1)}`;
  return new CliError(`The ports ${list} are taken. Choose others with these flags; 0 takes any free one.`, details);
}

async function isTaken(port: number, host: string): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port, host);
    return false;
  } catch (error) {
    return isPortInUse(error);
  } finally {
    server.close();
  }
}
