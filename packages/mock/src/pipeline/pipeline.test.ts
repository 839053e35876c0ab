import { document, errorCatalogue, operationTable } from '@nexconn-kit/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ada,
  appKey,
  appSecret,
  type Changes,
  issuePath,
  makeIssueRequest,
  readAnswer,
} from '../../test/support/make-issue-request.js';
import { createMock, type MockOptions, startMock } from '../index.js';

type Send = (request: Request) => Promise<Response>;
interface Door {
  open(options?: MockOptions): Promise<{ send: Send; close(): Promise<void> }>;
}

const doors: Record<string, Door> = {
  'without a port': {
    async open(options) {
      return { send: createMock(options).fetch, async close() {} };
    },
  },
  'on a port': {
    async open(options) {
      const mock = await startMock({ ...options, port: 0 });
      return { send: (request) => fetch(toPort(request, mock.url)), close: mock.close };
    },
  },
};

describe.each(Object.entries(doors))('a mock %s', (_, door) => {
  let send: Send;
  let close: () => Promise<void>;
  const lines: string[] = [];
  const closers: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    ({ send, close } = await door.open({ log: (line) => lines.push(line) }));
    closers.push(close);
  });
  afterAll(() => Promise.all(closers.map((end) => end())));

  async function ask(changes: Changes = {}) {
    const response = await send(makeIssueRequest(changes));
    return { ...(await readAnswer(response)), headers: response.headers };
  }

  async function askAnother(options: MockOptions, changes: Changes) {
    const other = await door.open(options);
    closers.push(other.close);
    return readAnswer(await other.send(makeIssueRequest(changes)));
  }

  describe('issues tokens', () => {
    it('echoes the userId and gives a token of at most 256 bytes', async () => {
      const { status, contentType, code, result } = await ask();
      expect({ status, contentType, code }).toEqual({
        status: 200,
        contentType: 'application/json; charset=utf-8',
        code: 0,
      });
      expect(Object.keys(result)).toEqual(['userId', 'accessToken']);
      expect(result.userId).toBe(ada.userId);
      expect(result.accessToken).toMatch(/^[A-Za-z0-9+/]{96}$/);
    });

    it('gives another token each time', async () => {
      const [first, second] = [await ask(), await ask()];
      expect(first.result.accessToken).not.toBe(second.result.accessToken);
    });

    it('makes the token of the bytes it is given', async () => {
      const { result } = await askAnother({ random: (bytes) => new Uint8Array(bytes).fill(255) }, {});
      expect(result.accessToken).toBe('/'.repeat(96));
    });

    it.each([
      ['a userId of 64 characters', { ...ada, userId: 'a'.repeat(64) }],
      ['a name of 64 emoji', { ...ada, name: '😀'.repeat(64) }],
      ['an avatarUrl of 1,024 bytes', { ...ada, avatarUrl: `http://e/${'é'.repeat(507)}e` }],
      ['an empty avatarUrl, which counts as none', { ...ada, avatarUrl: '' }],
      ['a field that the document does not know', { ...ada, nickname: 'ada' }],
    ])('accepts %s', async (_what, body) => {
      const { code, result } = await ask({ body });
      expect(code).toBe(0);
      expect(result.userId).toBe(body.userId);
    });

    it('accepts the published example signature at its time', async () => {
      const timestamp = '1408710653491';
      const headers = { nonce: '14314', timestamp, signature: 'dd11a264276f438b045b3b236a2741ddc89d48df' };
      const { code } = await askAnother({ now: () => Number(timestamp) + 1000 }, { headers });
      expect(code).toBe(0);
    });

    it('accepts the RC- headers', async () => {
      expect(await ask({ sign: { headerPrefix: 'RC-' } })).toMatchObject({ status: 200, code: 0 });
    });

    it('accepts a Content-Type with a charset, and answers JSON whatever is accepted', async () => {
      const headers = { 'content-type': 'Application/JSON; charset=utf-8', accept: 'text/html' };
      expect(await ask({ headers })).toMatchObject({ status: 200, code: 0 });
    });

    it('repeats X-Request-ID, in errors too', async () => {
      const headers = { 'x-request-id': '3f0c2b1e-8a53-4a6d-9a0e-6f1f6f2b7c11' };
      expect((await ask({ headers })).headers.get('x-request-id')).toBe(headers['x-request-id']);
      expect((await ask({ headers, path: '/v4/nowhere' })).headers.get('x-request-id')).toBe(headers['x-request-id']);
      expect((await ask()).headers.has('x-request-id')).toBe(false);
    });
  });

  describe('refuses in the shape of the API', () => {
    it.each<[string, Changes, number, number, RegExp]>([
      ['an unknown path', { path: '/v4/nowhere' }, 404, 404, /\/v4\/nowhere/],
      ['a path with a slash too many', { path: `${issuePath}/` }, 404, 404, /no endpoint/],
      ['PUT', { method: 'PUT' }, 405, 1007, /PUT.*POST/],
      ['GET', { method: 'GET' }, 405, 1007, /GET.*POST/],
      ['OPTIONS', { method: 'OPTIONS' }, 405, 1007, /OPTIONS.*POST/],
      ['no body', { body: null }, 400, 1003, /no body/],
      ['an empty body', { body: '' }, 400, 1003, /no body/],
      ['no body and no Content-Type', { body: null, headers: { 'content-type': null } }, 400, 1003, /no body/],
      ['malformed JSON', { body: '{"userId":' }, 400, 1002, /JSON/],
      ['bytes that are not UTF-8', { body: new Uint8Array([0x22, 0xff, 0x22]) }, 400, 1002, /UTF-8/],
      [
        'another content type',
        { headers: { 'content-type': 'text/plain' } },
        400,
        1002,
        /Content-Type.*application\/json/,
      ],
      ['a body that is an array', { body: [] }, 400, 1002, /array/],
      ['a missing userId', { body: { name: 'Ada' } }, 400, 1002, /userId/],
      ['a userId of the wrong type', { body: { ...ada, userId: 5 } }, 400, 1002, /userId.*string/],
      ['an empty userId', { body: { ...ada, userId: '' } }, 400, 1002, /userId/],
      ['two things at once', { body: { userId: 'a'.repeat(65) } }, 400, 1002, /(userId.*name|name.*userId)/],
      ['a userId of 65 characters', { body: { ...ada, userId: 'a'.repeat(65) } }, 400, 1005, /userId.*65.*64/],
      ['a name of 65 emoji', { body: { ...ada, name: '😀'.repeat(65) } }, 400, 1005, /name.*65.*64/],
      [
        'an avatarUrl of 1,025 bytes in fewer characters',
        { body: { ...ada, avatarUrl: `http://e/${'é'.repeat(508)}` } },
        400,
        1005,
        /avatarUrl.*1025.*1024/,
      ],
      ['an X-Request-ID of 37 characters', { headers: { 'x-request-id': 'a'.repeat(37) } }, 400, 1005, /x-request-id/],
      ['a body of more than 100 kB', { body: ' '.repeat(100_001) }, 413, 1005, /100000 bytes/],
      ['a body of 1 MB', { body: ' '.repeat(1_000_000) }, 413, 1005, /100000 bytes/],
    ])('%s', async (_what, changes, status, code, message) => {
      const answer = await ask(changes);
      expect(answer).toMatchObject({ status, code, contentType: 'application/json; charset=utf-8' });
      expect(answer.errorMessage).toMatch(message);
      expect(answer.headers.get('x-request-id')).toBe(null);
    });

    it('a body of one byte too many, and takes one of exactly 100 kB, in one chunk or in several', async () => {
      const bodyOf = (bytes: number): string => JSON.stringify(ada).padEnd(bytes, ' ');
      const asStream = (text: string): ReadableStream => new Blob([text.slice(0, 60_000), text.slice(60_000)]).stream();
      for (const toBody of [(text: string) => text, asStream]) {
        const statusOf = async (bytes: number): Promise<number> => {
          const { url, headers } = makeIssueRequest();
          const init = { method: 'POST', headers, body: toBody(bodyOf(bytes)), duplex: 'half' } as RequestInit;
          return (await send(new Request(url, init))).status;
        };
        expect([await statusOf(100_000), await statusOf(100_001)]).toEqual([200, 413]);
      }
    });

    it('a form with a file of more than 10 MB by its size, and a smaller one by its kind alone', async () => {
      const file = async (bytes: number) => {
        const headers = { 'content-type': 'multipart/form-data; boundary=a' };
        return (await ask({ body: ' '.repeat(bytes), headers })).status;
      };
      expect([await file(200_000), await file(10_000_001)]).toEqual([400, 413]);
    });

    it('names the allowed method in Allow', async () => {
      expect((await ask({ method: 'DELETE' })).headers.get('allow')).toBe('POST');
    });

    it('answers HEAD without a body', async () => {
      const response = await send(makeIssueRequest({ method: 'HEAD' }));
      expect([response.status, await response.text()]).toEqual([405, '']);
    });
  });

  describe('verifies the signature', () => {
    it.each<[string, Changes, RegExp]>([
      ['App-Key is missing', { headers: { 'app-key': null } }, /App-Key/],
      ['Nonce is missing', { headers: { nonce: null } }, /Nonce/],
      ['Timestamp is missing', { headers: { timestamp: null } }, /Timestamp/],
      ['Signature is missing', { headers: { signature: null } }, /Signature/],
      ['the secret is another', { sign: { appSecret: 'x1x2x3x4' } }, /Signature/],
      ['the App Key stands for the secret', { sign: { appSecret: appKey } }, /app-key-as-secret/],
      ['the clock is 6 minutes late', { sign: { now: () => Date.now() - 360_000 } }, /-36\d{4} ms/],
      ['the nonce has 19 characters', { headers: { nonce: 'a'.repeat(19) } }, /Nonce.*19.*18/],
    ])('and answers 401 with 1004 when %s', async (_what, changes, reason) => {
      const answer = await ask(changes);
      expect(answer).toMatchObject({ status: 401, code: 1004 });
      expect(answer.headers.get('x-mock-reason')).toMatch(reason);
      expect(lines.at(-1)).toBe(`POST ${issuePath} 401 1004 ${answer.headers.get('x-mock-reason')}`);
    });

    it('and answers 400 with 1002 to an App Key that it does not know', async () => {
      const answer = await ask({ sign: { appKey: 'another' } });
      expect(answer).toMatchObject({ status: 400, code: 1002 });
      expect(answer.errorMessage).toContain(appKey);
    });

    it('and refuses a request that is sent twice', async () => {
      const request = makeIssueRequest();
      expect((await readAnswer(await send(request.clone()))).code).toBe(0);
      const replay = await send(request);
      expect(replay.headers.get('x-mock-reason')).toMatch(/Nonce/);
      expect(await readAnswer(replay)).toMatchObject({ status: 401, code: 1004 });
    });

    it('with the credentials and the clock tolerance of its options', async () => {
      const own = { appKey: 'key1', appSecret: 'secret1' };
      expect(await askAnother(own, { sign: own })).toMatchObject({ status: 200, code: 0 });
      const late = { sign: { now: () => Date.now() - 60_000 } };
      expect(await askAnother({ clockToleranceMs: 1000 }, late)).toMatchObject({ status: 401, code: 1004 });
    });

    it('and never shows a secret or a signature, in an answer or in the log', async () => {
      const seen: string[] = [];
      const { send: sendLogged, close: end } = await door.open({ log: (line) => seen.push(line) });
      closers.push(end);
      const requests = [{}, { sign: { appSecret: appKey } }, { headers: { nonce: '1' } }, { body: '{' }];
      const signatures = await Promise.all(
        requests.map(async (changes) => {
          const request = makeIssueRequest(changes);
          const response = await sendLogged(request.clone());
          seen.push(JSON.stringify([...response.headers]), await response.text());
          return request.headers.get('signature') as string;
        }),
      );
      for (const secret of [appSecret, ...signatures]) expect(seen.join('\n')).not.toContain(secret);
    });
  });

  describe('with userIdPattern', () => {
    const userIdPattern = /[\w-]+/;

    it.each(['demo-user-001', 'user_123'])('accepts %s, which it refuses otherwise', async (userId) => {
      const refused = await ask({ body: { ...ada, userId } });
      expect(refused).toMatchObject({ status: 400, code: 1002 });
      expect(refused.errorMessage).toContain('userIdPattern');
      const accepted = await askAnother({ userIdPattern }, { body: { ...ada, userId } });
      expect(accepted).toMatchObject({ status: 200, code: 0, result: { userId } });
    });

    it('refuses what it does not match as a whole, and says so', async () => {
      const refused = await askAnother({ userIdPattern }, { body: { ...ada, userId: 'user 123' } });
      expect(refused).toMatchObject({ status: 400, code: 1002 });
      expect(refused.errorMessage).toMatch(/the mock was started with userIdPattern .*\[\\w-\]/);
    });

    it('can narrow the document, and leaves its length limits', async () => {
      const narrow = { userIdPattern: /\d+/ };
      expect(await askAnother(narrow, { body: { ...ada, userId: 'abc' } })).toMatchObject({ status: 400, code: 1002 });
      const long = { body: { ...ada, userId: '1'.repeat(65) } };
      expect(await askAnother(narrow, long)).toMatchObject({ status: 400, code: 1005 });
    });
  });

  describe('answers what Prefer asks for', () => {
    it.each(documentedAnswers())('$id: $status, example $example, as the document has it', async (documented) => {
      const { path, method, status, example, body, request } = documented;
      const code = status === 'default' ? '503' : status;
      const headers = { prefer: `code=${code}, example=${example}` };
      // Some operations are about a user who must be known.
      if (status === '200') await send(makeIssueRequest());
      const response = await send(makeIssueRequest({ path, method, headers, body: request }));
      expect(response.status).toBe(Number(code));
      expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
      const received = await response.json();
      if (status === '200') expect(Object.keys(received)).toEqual(Object.keys(body as object));
      else expect(received).toEqual(body);
    });

    it.each([
      ['code=429', 429, 1008],
      ['example=signatureInvalid', 401, 1004],
      ['example="rateLimitExceeded"; code=429', 429, 1008],
      ['code=default', 503, 1000],
      ['return=minimal', 200, 0],
    ])('%s', async (prefer, status, code) => {
      expect(await ask({ headers: { prefer } })).toMatchObject({ status, code });
    });

    it.each([
      ['code=201', /code=201.*200, 400/],
      ['code=abc', /code=abc/],
      ['code=', /documented/],
      ['example=nope', /example=nope.*signatureInvalid/],
      ['code=429, example=signatureInvalid', /rateLimitExceeded/],
    ])('and refuses %s, which is not documented', async (prefer, message) => {
      const answer = await ask({ headers: { prefer } });
      expect(answer).toMatchObject({ status: 400, code: 1002 });
      expect(answer.errorMessage).toMatch(message);
    });

    it('but only when the request itself is good', async () => {
      const answer = await ask({ headers: { prefer: 'code=200' }, body: {} });
      expect(answer).toMatchObject({ status: 400, code: 1002 });
    });
  });

  it('answers a failure inside as the internal error, without a trace of it', async () => {
    const seen: string[] = [];
    const log = (line: string) => seen.push(line);
    const broken = () => {
      throw new Error('no entropy');
    };
    const answer = await askAnother({ random: broken, log }, {});
    const { httpStatus: status, code } = errorCatalogue.InternalError;
    expect(answer).toMatchObject({ status, code });
    expect(answer.errorMessage).not.toMatch(/entropy|\.ts|at /);
    expect(seen).toEqual([`POST ${issuePath} 500 1000 The mock failed inside: no entropy`]);
  });

  it('answers 100 concurrent requests, each with its own userId and token', async () => {
    const userIds = Array.from({ length: 100 }, (_unused, index) => `user${index}`);
    const answers = await Promise.all(userIds.map((userId) => ask({ body: { ...ada, userId } })));
    expect(answers.map(({ result }) => result.userId)).toEqual(userIds);
    expect(new Set(answers.map(({ result }) => result.accessToken)).size).toBe(100);
  });
});

it('logs one line for each answer', async () => {
  const lines: string[] = [];
  const { fetch: send } = createMock({ log: (line) => lines.push(line) });
  await send(makeIssueRequest());
  await send(makeIssueRequest({ path: '/nowhere?secret=1' }));
  expect(lines).toEqual([`POST ${issuePath} 200 0`, 'POST /nowhere 404 404 There is no endpoint /nowhere.']);
});

/** Sends a request to another host; `fetch` alone would need its body twice. */
function toPort(request: Request, url: string): Request {
  const { pathname, search } = new URL(request.url);
  return new Request(`${url}${pathname}${search}`, request);
}

/** A documented answer, and a good request of its operation. */
interface DocumentedAnswer {
  readonly id: string;
  readonly path: string;
  readonly method: string;
  readonly status: string;
  readonly example: string;
  readonly body: unknown;
  readonly request: unknown;
}

/** Those of the operations that take a JSON body and have no parameter in their path. */
function documentedAnswers(): DocumentedAnswer[] {
  type Json = Record<string, Record<string, unknown>>;
  const follow = (node: unknown): Json => {
    const { $ref } = node as { $ref?: string };
    if (!$ref) return node as Json;
    return follow(
      $ref
        .split('/')
        .slice(1)
        .reduce<unknown>((at, key) => (at as Json)[key], document),
    );
  };
  const examplesOf = (node: unknown) => {
    const { 'application/json': json = {} } = follow(follow(node).content ?? {});
    return Object.entries(follow(json).examples ?? {}).map(([name, example]) => [name, follow(example).value] as const);
  };
  return Object.values(operationTable).flatMap(({ operationId: id, path, method }) => {
    const { responses = {}, requestBody = {} } = follow(follow(follow(document.paths)[path])[method.toLowerCase()]);
    const [sent] = examplesOf(requestBody);
    if (!sent || path.includes('{')) return [];
    return Object.entries(responses).flatMap(([status, response]) => {
      return examplesOf(response).map(([example, body]) => {
        return { id, path, method, status, example, body, request: sent[1] };
      });
    });
  });
}
