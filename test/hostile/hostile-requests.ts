/** A server under attack, and what an honest request to it is made of. */
export interface Target {
  readonly path: string;
  /** The lines that prove who sends it, anew each time. */
  readonly proof: () => readonly string[];
  /** A body that it takes. */
  readonly body: string;
}

/** The servers of ours, by what they are: of a mock its API and its console, of a sandbox its tokens and its pages. */
export const serverNames = ['mock', 'console', 'serve', 'handler', 'tokens', 'pages'] as const;

export type ServerName = (typeof serverNames)[number];

/** What must be answered: the status of each response, in order; those that are left out are as of the one that is most alike. */
type Expected = Record<'mock' | 'serve', readonly number[]> & Partial<Record<ServerName, readonly number[]>>;

/** A request that no honest caller sends. */
export type HostileRequest = Expected & {
  /** Whether those who refuse the connection may have answered the good request before. */
  readonly mayAnswerBefore?: boolean;
  readonly claim: string;
  readonly bytes: (target: Target) => string | Buffer;
};

type Bytes = HostileRequest['bytes'];

function both(status: number, claim: string, bytes: Bytes): HostileRequest {
  return { claim, bytes, mock: [status], serve: [status] };
}

function each(mock: number, serve: number, claim: string, bytes: Bytes): HostileRequest {
  return { claim, bytes, mock: [mock], serve: [serve] };
}

/** The same, but for these servers. */
function but(more: Partial<Record<ServerName, number>>, request: HostileRequest): HostileRequest {
  return { ...request, ...Object.fromEntries(Object.entries(more).map(([name, status]) => [name, [status]])) };
}

/** Who only serves pages answers before it reads any body. */
const noPost = { pages: 405 };
/** Whoever trusts its caller answers none that another host may have sent. */
const foreignHost = { console: 403, tokens: 403, ...noPost };

function line(text: string, ...headers: string[]): Bytes {
  return () => [text, 'Host: localhost', 'Connection: close', ...headers, '', ''].join('\r\n');
}

/** An honest request but for these lines and this body; its length is right unless a line says otherwise. */
function post(lines: readonly string[], body?: string | Buffer): Bytes {
  return ({ path, proof, body: good }) => {
    const sent = Buffer.from(body ?? good);
    const hasLength = lines.some((text) => /^(content-length|transfer-encoding)/i.test(text));
    const hasType = lines.some((text) => /^content-type/i.test(text));
    const head = [
      `POST ${path} HTTP/1.1`,
      ...(lines.some((text) => /^host/i.test(text)) ? [] : ['Host: localhost']),
      'Connection: close',
      ...proof(),
      ...(hasType ? [] : ['Content-Type: application/json']),
      ...lines,
      ...(hasLength ? [] : [`Content-Length: ${sent.length}`]),
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), sent]);
  };
}

const chunked = (body: string): Bytes => post(['Transfer-Encoding: chunked'], body);
const json = (body: string | Buffer): Bytes => post([], body);
const many = (count: number, text: string): string => text.repeat(count);

const requestLines: HostileRequest[] = [
  both(400, 'control characters', () => '\x00\x01\x02\r\n\r\n'),
  both(400, 'a method alone', () => 'GET\r\n\r\n'),
  but(
    { pages: 200, tokens: 200 },
    both(404, 'a line without a version, as of HTTP/0.9', () => 'GET /\r\n\r\n'),
  ),
  both(400, 'a version that there is not', line('GET / HTTP/9.9')),
  both(400, 'a fourth word', line('GET / HTTP/1.1 more')),
  both(400, 'a method in lower case', line('get / HTTP/1.1')),
  both(400, 'a NUL in the method', line('G\0ET / HTTP/1.1')),
  both(400, 'a method that there is not', line('FROB / HTTP/1.1')),
  both(400, 'a space in the path', line('GET /a b HTTP/1.1')),
  both(400, 'a NUL in the path', line('GET /\0 HTTP/1.1')),
  both(404, 'a NUL in percent', line('GET /%00 HTTP/1.1')),
  both(404, 'percent that is no UTF-8', line('GET /%ff%c0%af HTTP/1.1')),
  both(404, 'half a percent', line('GET /% HTTP/1.1')),
  both(404, 'a path out of the folder', line('GET /../../../../etc/passwd HTTP/1.1')),
  both(404, 'the same in percent', line('GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1')),
  both(404, 'a path as members of objects are named', line('GET /__proto__/constructor HTTP/1.1')),
  both(404, 'a path like a host', line('GET //evil.example/ HTTP/1.1')),
  both(404, 'the URL of another host', line('GET http://evil.example/ HTTP/1.1')),
  but({ handler: 400, ...noPost }, both(404, 'an asterisk', line('OPTIONS * HTTP/1.1'))),
  but({ handler: 400, tokens: 405, ...noPost }, both(404, 'a method that repeats secrets', line('TRACE / HTTP/1.1'))),
  both(431, 'a path of 80 kB', line(`GET /${many(80_000, 'a')} HTTP/1.1`)),
  both(400, 'the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  both(400, 'a handshake of TLS', () => Buffer.from('16030100c8010000c40303', 'hex')),
];

const headers: HostileRequest[] = [
  both(400, 'a header without a colon', line('GET / HTTP/1.1', 'no-colon')),
  both(400, 'a space before the colon', line('GET / HTTP/1.1', 'X-A : b')),
  both(400, 'an empty name', line('GET / HTTP/1.1', ': b')),
  both(400, 'a NUL in a name', line('GET / HTTP/1.1', 'X\0A: b')),
  both(400, 'a NUL in a value', line('GET / HTTP/1.1', 'X-A: b\0c')),
  both(400, 'a carriage return in a value', line('GET / HTTP/1.1', 'X-A: b\rc')),
  both(431, 'a header of 80 kB', line('GET / HTTP/1.1', `X-A: ${many(80_000, 'a')}`)),
  both(431, 'five thousand headers', line('GET / HTTP/1.1', ...Array.from({ length: 5_000 }, (_, at) => `X-${at}: b`))),
  but(
    { pages: 200, tokens: 200 },
    both(404, 'headers as members of objects are named', line('GET / HTTP/1.1', '__proto__: a', 'constructor: b')),
  ),
  but(noPost, both(200, 'the same beside a good request', post(['__proto__: a', 'constructor: b', 'toString: c']))),
  but(noPost, both(200, 'bytes that are no UTF-8 in a value', post(['X-A: \xff\xfe\x80']))),
  but(foreignHost, each(200, 400, 'a Host that is none', post(['Host: a b']))),
  but(foreignHost, each(200, 400, 'a Host with a password', post(['Host: user:secret@localhost']))),
  but(foreignHost, each(200, 400, 'half an address as Host', post(['Host: [::1']))),
  but(
    { console: 200, ...noPost },
    each(400, 200, 'a request ID that is too long', post([`X-Request-ID: ${many(500, 'a')}`])),
  ),
  but({ console: 200, ...noPost }, each(400, 200, 'an empty request ID', post(['X-Request-ID:']))),
  but(noPost, both(200, 'an expectation', post(['Expect: 100-continue']))),
  each(200, 417, 'an expectation that there is not', post(['Expect: nonsense'])),
  but(noPost, both(200, 'an upgrade to another protocol', post(['Upgrade: websocket', 'Sec-WebSocket-Key: AAAA']))),
];

const lengths: HostileRequest[] = [
  both(400, 'two lengths', post(['Content-Length: 5', 'Content-Length: 6'], 'hello!')),
  both(400, 'a negative length', post(['Content-Length: -1'], '')),
  both(400, 'a length with an exponent', post(['Content-Length: 1e3'], '')),
  both(400, 'a length with a sign', post(['Content-Length: +5'], 'hello')),
  both(400, 'a length in hexadecimal', post(['Content-Length: 0x5'], 'hello')),
  both(400, 'a length beyond every number', post([`Content-Length: ${many(40, '9')}`], '')),
  both(400, 'a length and chunks', post(['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n')),
  but(noPost, both(400, 'an encoding that there is not', post(['Transfer-Encoding: xchunked'], '0\r\n\r\n'))),
  both(400, 'chunks inside of another encoding', post(['Transfer-Encoding: chunked, identity'], '0\r\n\r\n')),
  but(noPost, both(400, 'a chunk whose size is no number', chunked('zz\r\nhello\r\n0\r\n\r\n'))),
  but(noPost, both(400, 'a chunk beyond every number', chunked(`${many(20, 'f')}\r\nhello\r\n0\r\n\r\n`))),
  but(noPost, both(400, 'a chunk that is longer than it says', chunked('2\r\nhello\r\n0\r\n\r\n'))),
  but(noPost, both(413, 'a chunk with 80 kB beside its size', chunked(`5;${many(80_000, 'a')}\r\nhello\r\n0\r\n\r\n`))),
];

const bodies: HostileRequest[] = [
  but({ console: 200 }, each(400, 200, 'nothing', json(''))),
  both(400, 'null', json('null')),
  both(400, 'a list', json('[]')),
  both(400, 'a text', json('"userId"')),
  both(400, 'a number', json('123')),
  both(400, 'half of JSON', json('{"userId":')),
  both(400, 'two values', json('{}{}')),
  both(400, 'bytes that are no UTF-8', json(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]))),
  both(400, 'UTF-16', json(Buffer.from('{"userId":"a","name":"b"}', 'utf16le'))),
  both(400, 'a NUL in front', json('\0{}')),
  both(400, 'a prototype', json('{"__proto__":{"userId":"evil","name":"x"}}')),
  both(400, 'a constructor', json('{"constructor":{"prototype":{"userId":"evil"}}}')),
  each(
    400,
    403,
    'two levels of prototypes',
    json('{"userId":{"__proto__":"evil"},"rejectedToken":{"__proto__":"evil"}}'),
  ),
  each(400, 403, 'a number beyond every number', json('{"userId":1e400,"rejectedToken":1e400}')),
  each(
    400,
    403,
    'a number of a thousand digits',
    json(`{"userId":${many(1_000, '9')},"rejectedToken":${many(1_000, '9')}}`),
  ),
  both(400, 'lists in lists', json(many(1_900, '[') + many(1_900, ']'))),
  each(400, 413, 'fifty thousand lists in lists', json(many(49_000, '[') + many(49_000, ']'))),
  each(400, 413, 'ten thousand objects in objects', json(`${many(10_000, '{"a":')}1${many(10_000, '}')}`)),
  each(400, 413, 'ten thousand quotes that do not end', json(`"${many(20_000, '\\"')}`)),
  each(400, 413, 'a field of 99 kB', json(`{"userId":"${many(99_000, 'a')}","name":"b"}`)),
  but(
    { console: 400 },
    both(200, 'a key that stands twice', (target) => {
      const twice =
        target.body === '{}' ? '{"rejectedToken":"a","rejectedToken":"b"}' : `{"name":"Eve",${target.body.slice(1)}`;
      return json(twice)(target);
    }),
  ),
  each(400, 403, 'half an emoji', json('{"userId":"\\ud800","name":"b"}')),
  each(400, 403, 'a NUL in a text', json('{"userId":"jlk456j5\\u0000","name":"b"}')),
  each(400, 403, 'a zero below zero', json('{"userId":-0,"name":"b"}')),
  each(400, 403, 'a number in place of a text', json('{"userId":9007199254740993,"name":"b"}')),
  both(413, 'a body of 200 kB', json(many(200_000, ' '))),
  both(413, 'the same in chunks', chunked(`${(200_000).toString(16)}\r\n${many(200_000, ' ')}\r\n0\r\n\r\n`)),
  but(
    { console: 415 },
    each(400, 415, 'a form', post(['Content-Type: application/x-www-form-urlencoded'], 'userId=evil')),
  ),
  but(
    { console: 415 },
    each(400, 415, 'a body of several parts', post(['Content-Type: multipart/form-data; boundary=a'], '--a--')),
  ),
  but({ console: 415 }, each(400, 415, 'plain text', post(['Content-Type: text/plain']))),
  each(400, 415, 'what says that it is compressed', post(['Content-Encoding: gzip'], 'no gzip')),
];

const several: HostileRequest[] = [
  {
    claim: 'garbage behind a good request',
    bytes: (target) => Buffer.concat([Buffer.from(open(target)), Buffer.from('garbage\r\n\r\n')]),
    mock: [200, 400],
    // Node's own refusal does not wait for the answer before it, which may be quicker.
    serve: [400],
    mayAnswerBefore: true,
    pages: [405],
  },
  {
    claim: 'a body that is longer than its length, with a request in it',
    bytes: (target) =>
      Buffer.concat([Buffer.from(open(target)), Buffer.from('GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n')]),
    mock: [200, 404],
    serve: [200, 404],
    tokens: [200, 403],
    pages: [405, 404],
  },
  {
    claim: 'a hundred good requests at once',
    bytes: (target) => Buffer.concat(Array.from({ length: 100 }, () => Buffer.from(open(target)))),
    mock: Array(100).fill(200),
    serve: Array(100).fill(200),
    pages: Array(100).fill(405),
  },
];

/** Returns an honest request after which the connection stays open. */
export function open({ path, proof, body }: Target): string {
  const lines = ['Host: localhost', ...proof(), 'Content-Type: application/json', `Content-Length: ${body.length}`];
  return `${[`POST ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

export const hostileRequests: readonly (HostileRequest & { readonly kind: string })[] = Object.entries({
  'a request line:': requestLines,
  'headers:': headers,
  'lengths:': lengths,
  'a body:': bodies.map((request) => but(noPost, request)),
  'several:': several,
}).flatMap(([kind, requests]) => requests.map((request) => ({ kind, ...request })));

/** Returns what a server must answer. */
export function expectedOf(hostile: HostileRequest, name: ServerName): readonly number[] {
  const alike = name === 'console' ? hostile.mock : hostile.serve;
  return hostile[name] ?? alike;
}
