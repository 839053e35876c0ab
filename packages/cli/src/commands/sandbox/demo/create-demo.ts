import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunningMock, SavedState } from '@nexconn-kit/mock';
import { createActions } from './actions.js';
import { createChatServer } from './chat-server.js';
import { createEventStream } from './event-stream.js';
import { answerJson, DemoRefusal, readJson, refuseForeignOrigin, textOf } from './guard.js';
import { type ActionName, actionNames } from './protocol.js';
import { readPageFile } from './read-page-file.js';
import { createStepTeller, type StepTeller, tellNow } from './tell-steps.js';

/** What answers on the port of the tokens beside them, and hears of what happens there. */
export interface Demo extends StepTeller, AsyncDisposable {
  /** Resolves to `false` where there is nothing on the path. Its host is one of this machine, which the server looks at. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;
  /** Holds the ID of the request that is under way, by which a step finds its story. */
  readonly requestIds: AsyncLocalStorage<string>;
  /** Returns a state of the mock without what a button has broken for a while. */
  readonly withoutFaults: (state: SavedState) => SavedState;
}

/** What the demo shows and breaks. */
export interface DemoOptions {
  readonly mock: RunningMock;
  /** Returns the address of the documentation. */
  readonly docsUrl: () => string;
  /** Sends the requests of the token service. */
  readonly send: (request: Request) => Promise<Response>;
}

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

const javascript = 'text/javascript; charset=utf-8';
const css = 'text/css; charset=utf-8';
const files: Readonly<Record<string, readonly [name: string, contentType: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/demo/look.css': ['look.css', css],
  '/demo/demo.css': ['demo.css', css],
  '/demo/demo.js': ['demo.js', javascript],
};

/** Nothing on the page comes from elsewhere, and nobody may frame it or read it from another origin. */
const pageHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

const storyPattern = /^[a-z][\w-]{0,23}$/;
const connectionPattern = /^[\w.-]{1,48}$/;
const tokenPattern = /^[\x21-\x7e]{1,1024}$/;

/** Creates the demo app: its page, what it does at the press of a button, and the story that it tells of all that happens. */
export function createDemo({ mock, docsUrl, send }: DemoOptions): Demo {
  const requestIds = new AsyncLocalStorage<string>();
  const stream = createEventStream();
  const tell = tellNow((step) => stream.publish({ type: 'step', step }));
  const teller = createStepTeller({ mock, requestIds, tell, send });
  const chat = createChatServer(mock, tell, stream.publish);
  const actions = createActions({
    ...{ mock, chat, tell },
    onStory: (story, action) => stream.publish({ type: 'story', story, action }),
    onFaults: (faults) => stream.publish({ type: 'faults', faults }),
  });

  async function answerFile({ method, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') throw refuseMethod('GET');
    const [name, contentType] = files[pathOf(url)] ?? ['index.html', 'text/html'];
    const links = `<a id="documentation" href="${docsUrl()}/">Documentation</a> <a href="${mock.url}/_console">Mock console</a>`;
    const text = (await readPageFile(name)).replace('<!-- links -->', links);
    response.writeHead(200, { 'Content-Type': contentType, ...pageHeaders }).end(method === 'HEAD' ? undefined : text);
  }

  function answerEvents(request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== 'GET') throw refuseMethod('GET');
    refuseForeignOrigin(request);
    if (!stream.hasRoom()) {
      throw new DemoRefusal(503, 'TOO_MANY_PAGES', 'Too many pages of the demo are open. Close some of them.');
    }
    const given =
      request.headers['last-event-id'] ?? new URL(request.url ?? '/', 'http://demo').searchParams.get('after');
    stream.attach(
      response,
      { type: 'hello', epoch: stream.epoch, faults: actions.faults() },
      typeof given === 'string' ? given : '',
    );
  }

  const calls: Readonly<Record<string, (body: Record<string, unknown>) => Promise<object>>> = {
    '/demo/connect': (body) =>
      chat.connect({
        connection: textOf(body, 'connection', connectionPattern),
        token: textOf(body, 'token', tokenPattern),
        story: textOf(body, 'story', storyPattern),
      }),
    async '/demo/disconnect'(body) {
      chat.disconnect(textOf(body, 'connection', connectionPattern));
      return {};
    },
    ...Object.fromEntries(
      actionNames.map((name: ActionName) => [
        `/demo/actions/${name}`,
        async (body: Record<string, unknown>) => ({
          story: await actions.run(name, textOf(body, 'story', storyPattern)),
        }),
      ]),
    ),
  };

  async function answerCall(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const call = Object.hasOwn(calls, path) ? calls[path] : undefined;
    if (call === undefined) throw new DemoRefusal(404, 'ENDPOINT_UNKNOWN', 'The demo has no such path.');
    if (request.method !== 'POST') throw refuseMethod('POST');
    refuseForeignOrigin(request);
    answerJson(response, 200, await call(await readJson(request)));
  }

  const routeOf = (path: string): Route | undefined => {
    if (Object.hasOwn(files, path)) return answerFile;
    if (path === '/demo/events') return answerEvents;
    return path.startsWith('/demo/') ? (request, response) => answerCall(request, response, path) : undefined;
  };

  return {
    requestIds,
    withoutFaults: actions.withoutFaults,
    ...teller,
    async answer(request, response) {
      const route = routeOf(pathOf(request.url ?? '/'));
      if (route === undefined) return false;
      try {
        await route(request, response);
      } catch (error) {
        if (!(error instanceof DemoRefusal)) throw error;
        if (error.allowed !== undefined) response.setHeader('Allow', error.allowed);
        answerJson(response, error.status, { code: error.code, message: error.message });
      }
      return true;
    },
    async [Symbol.asyncDispose]() {
      stream.close();
      chat.close();
      actions.close();
    },
  };
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '/';
}

function refuseMethod(allowed: string): DemoRefusal {
  return new DemoRefusal(405, 'METHOD_REFUSED', `Use the method ${allowed} here.`, allowed);
}
