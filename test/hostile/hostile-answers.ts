import type { Socket } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { type Asked, honest, write, writeStatus } from './start-hostile-server.js';

/** Who asks: a client of the API on Node or over a `fetch`, an app for its token, a token server for a provider's keys. */
export type Asker = 'api' | 'web' | 'app' | 'keys';

/** What comes of an answer: a good result, or an error with this code. */
export type Outcomes = Readonly<Record<Asker, string>>;

/** An answer that no honest server gives, or that few clients expect. */
export interface HostileAnswer {
  readonly claim: string;
  readonly outcomes: Outcomes;
  /** Answers a request that has arrived. */
  readonly answer?: (socket: Socket, asked: Asked) => void;
  /** Does something to a connection before anything has arrived over it. */
  readonly onConnection?: (socket: Socket) => void;
  /** Whether the asker gives up by its timeout alone. */
  readonly isEndless?: boolean;
  /** Whether a good answer over the same connection comes first. */
  readonly isSecond?: boolean;
  /** Whether the URL says `https:`. */
  readonly isOverTls?: boolean;
  /** Whether it asks to come again later, as an app does. */
  readonly isBusy?: boolean;
}

type Bytes = (asked: Asked) => string | Buffer;

const good: Outcomes = { api: 'good', web: 'good', app: 'good', keys: 'good' };
const malformed: Outcomes = of('MALFORMED_RESPONSE', 'MALFORMED_ANSWER');
const broken: Outcomes = of('NETWORK', 'UNAVAILABLE');
const late: Outcomes = of('TIMEOUT', 'UNAVAILABLE');
const failed: Outcomes = of('SERVICE_FAILED', 'UNAVAILABLE');
const unexpected: Outcomes = of('UNEXPECTED_RESPONSE', 'REFUSED');
const tooLarge: Outcomes = of('RESPONSE_TOO_LARGE', 'MALFORMED_ANSWER');

function of(api: string, app: string, keys = 'KEY_SET_UNAVAILABLE'): Outcomes {
  return { api, web: api, app, keys };
}

/** An answer of these bytes, after which the connection stays open. */
function bytes(claim: string, outcomes: Outcomes, make: Bytes): HostileAnswer {
  return { claim, outcomes, answer: (socket, asked) => void socket.write(toBuffer(make(asked))) };
}

/** The same, but after it the connection is closed. */
function closing(claim: string, outcomes: Outcomes, make: Bytes): HostileAnswer {
  return { claim, outcomes, answer: (socket, asked) => void socket.end(toBuffer(make(asked))) };
}

function toBuffer(data: string | Buffer): Buffer {
  return Buffer.isBuffer(data) ? data : Buffer.from(data, 'latin1');
}

/** An honest answer but for these values of its body. */
function value(claim: string, outcomes: Outcomes, values: Parameters<Asked['bodyWith']>[0]): HostileAnswer {
  return bytes(claim, outcomes, ({ bodyWith }) => write(bodyWith(values)));
}

/** An answer of this text in place of JSON. */
function text(claim: string, outcomes: Outcomes, make: (good: string) => string | Buffer): HostileAnswer {
  return bytes(claim, outcomes, (asked) => write(make(asked.good())));
}

/** An honest answer with these headers. */
function header(claim: string, outcomes: Outcomes, ...headers: readonly string[]): HostileAnswer {
  return bytes(claim, outcomes, (asked) => honest(asked, ...headers));
}

/** The same with the outcomes over the `fetch` of a runtime, which may take more. */
function lenient(claim: string, outcomes: Outcomes, ...headers: readonly string[]): HostileAnswer {
  const { api, web, app, keys } = outcomes;
  return header(claim, { api, web: `${web} or good`, app: `${app} or good`, keys: `${keys} or good` }, ...headers);
}

/** A good answer whose body is encoded so. */
function encoded(claim: string, outcomes: Outcomes, encoding: string, encode: (body: Buffer) => Buffer): HostileAnswer {
  return bytes(claim, outcomes, (asked) => write(encode(Buffer.from(asked.good())), `Content-Encoding: ${encoding}`));
}

/** An answer in chunks of these bytes. */
function chunks(claim: string, outcomes: Outcomes, make: Bytes, ...headers: readonly string[]): HostileAnswer {
  const lines = ['HTTP/1.1 200 OK', 'Content-Type: application/json', 'Transfer-Encoding: chunked', ...headers];
  return bytes(claim, outcomes, (asked) =>
    Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), toBuffer(make(asked))]),
  );
}

function chunk(body: string): string {
  return `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
}

/** A refusal with this status and the body of a gateway. */
function status(line: string, outcomes: Outcomes, ...headers: readonly string[]): HostileAnswer {
  return bytes(`HTTP ${line} ${headers.join(', ').slice(0, 60)}`.trim(), outcomes, () =>
    writeStatus(line, '<h1>No</h1>', 'Content-Type: text/html', ...headers),
  );
}

/** Sends the first bytes, and the others again and again for as long as the connection is open. */
function endless(claim: string, outcomes: Outcomes, first: string, again: string): HostileAnswer {
  const answer = (socket: Socket): void => {
    socket.write(first);
    const timer = setInterval(() => void socket.write(again), 5);
    socket.once('close', () => clearInterval(timer));
  };
  return { claim, outcomes, answer, isEndless: true };
}

/** Sends these bytes, and nothing more. */
function silent(claim: string, make: Bytes): HostileAnswer {
  return {
    claim,
    outcomes: late,
    answer: (socket, asked) => void socket.write(toBuffer(make(asked))),
    isEndless: true,
  };
}

/** Sends these bytes, and resets the connection. */
function reset(claim: string, make: Bytes): HostileAnswer {
  const answer = (socket: Socket, asked: Asked): void => {
    socket.write(toBuffer(make(asked)), () => socket.resetAndDestroy());
  };
  return { claim, outcomes: broken, answer };
}

/** What reads key sets copies them, which takes as much stack as they are deep. */
const deep: Outcomes = { ...good, keys: 'KEY_SET_UNAVAILABLE' };
const many = (count: number, part: string): string => part.repeat(count);
const headOnly = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
const half = (asked: Asked): Buffer => honest(asked).subarray(0, -10);

const values: HostileAnswer[] = [
  value('a token that is null', malformed, { token: 'null' }),
  value('a token that is a number', malformed, { token: '123' }),
  value('an empty token', malformed, { token: '""' }),
  value('a token that is an object', malformed, { token: '{"a":1}' }),
  value('a token that is a list', malformed, { token: '["T0ken-of-nobody"]' }),
  value('a token that is true', malformed, { token: 'true' }),
  value('the token of another user', of('MALFORMED_RESPONSE', 'WRONG_USER', 'good'), { user: '"Somebody"' }),
  value('the token of a user in capital letters', of('MALFORMED_RESPONSE', 'WRONG_USER', 'good'), {
    user: '"JLK456J5"',
  }),
  value('the token of a user with a NUL behind', of('MALFORMED_RESPONSE', 'WRONG_USER', 'good'), {
    user: '"jlk456j5\\u0000"',
  }),
  value('a user that is a number', of('MALFORMED_RESPONSE', 'MALFORMED_ANSWER', 'good'), { user: '1' }),
  value('a user that is null', of('MALFORMED_RESPONSE', 'MALFORMED_ANSWER', 'good'), { user: 'null' }),
  value('fields as members of objects are named', good, {
    fields: '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,',
  }),
  value(
    'a hundred thousand lists in lists',
    { ...deep, app: 'MALFORMED_ANSWER' },
    {
      fields: `"deep":${many(100_000, '[')}${many(100_000, ']')},`,
    },
  ),
  value('thirty thousand lists in lists', deep, { fields: `"deep":${many(30_000, '[')}${many(30_000, ']')},` }),
  value('a number beyond every number', good, { fields: '"more":1e999,' }),
  value('a number of a thousand digits', good, { fields: `"more":${many(1_000, '9')},` }),
  value('half an emoji beside the token', good, { fields: '"more":"\\ud800",' }),
];

const texts: HostileAnswer[] = [
  text('nothing', malformed, () => ''),
  text('null', malformed, () => 'null'),
  text('a list', malformed, () => '[]'),
  text('a text', malformed, () => '"T0ken-of-nobody"'),
  text('a number', malformed, () => '123'),
  text('a page', malformed, () => '<!doctype html><h1>Log in</h1>'),
  text('half of JSON', malformed, (body) => body.slice(0, -5)),
  text('JSON and more behind it', malformed, (body) => `${body}x`),
  text('two values', malformed, (body) => body + body),
  text('a NUL in front', malformed, (body) => `\0${body}`),
  text('a byte order mark in front', good, (body) => `\ufeff${body}`),
  text('two byte order marks in front', malformed, (body) => `\ufeff\ufeff${body}`),
  text('UTF-16', malformed, (body) => Buffer.from(body, 'utf16le')),
  text('a key that stands twice', good, (body) => body.replace('{', '{"result":1,"accessToken":1,"keys":1,')),
  text('a prototype around it', malformed, (body) => `{"code":0,"__proto__":${body}}`),
  text('a prototype in it', malformed, (body) => `{"code":0,"result":{"__proto__":${body}}}`),
  bytes('bytes in the token that are no UTF-8', { ...malformed, keys: 'KEY_SET_UNAVAILABLE' }, ({ bodyWith }) =>
    write(Buffer.from(bodyWith({ token: '"T0ken-\xff\xfe"' }), 'latin1')),
  ),
];

const statuses: HostileAnswer[] = [
  status('302 Found', unexpected, 'Location: /stolen'),
  status('307 Temporary Redirect', unexpected, 'Location: /stolen'),
  status('308 Permanent Redirect', unexpected, 'Location: //127.0.0.1/stolen'),
  status('300 Multiple Choices', unexpected, 'Location: /stolen'),
  status('304 Not Modified', unexpected, 'Content-Length: 0'),
  status('401 Unauthorized', of('UNAUTHORIZED', 'LOGIN_REQUIRED')),
  status('403 Forbidden', of('UNEXPECTED_RESPONSE', 'LOGIN_REQUIRED')),
  status('404 Not Found', unexpected),
  // To a fetch such a status is an error of the network.
  status('407 Proxy Authentication Required', { ...broken, api: 'UNEXPECTED_RESPONSE' }),
  status('418 Teapot', unexpected),
  status('500 Internal Server Error', failed),
  status('599 Unknown', failed),
  status('999 Request denied', failed),
  bytes('no content', malformed, () => 'HTTP/1.1 204 No Content\r\n\r\n'),
  bytes('a page of 2 MiB of a gateway', failed, () => writeStatus('502 Bad Gateway', many(2_097_152, 'x'))),
  bytes('a good answer of 2 MiB', tooLarge, ({ bodyWith }) =>
    write(bodyWith({ fields: `"more":"${many(2_097_152, 'x')}",` })),
  ),
  bytes('a refusal that repeats the request', of('SERVICE_FAILED', 'UNAVAILABLE'), ({ head, body }) =>
    writeStatus(
      '500 Oh',
      JSON.stringify({ code: 1000, errorMessage: `${head}${body}`, message: `${head}${body}`, keys: head }),
    ),
  ),
  bytes('a refusal of the signature, and a clock an hour off', of('SIGNATURE_REJECTED', 'LOGIN_REQUIRED'), () =>
    writeStatus(
      '401 Unauthorized',
      '{"code":1004,"errorMessage":"Signature is invalid"}',
      `Date: ${new Date(Date.now() - 3_600_000).toUTCString()}`,
    ),
  ),
  bytes('a code beyond every number', of('UNEXPECTED_RESPONSE', 'MALFORMED_ANSWER'), () => write('{"code":1e999}')),
  bytes('an answer without a reason', good, (asked) => honest(asked).toString('latin1').replace('200 OK', '200')),
  closing('an answer in HTTP/1.0', good, (asked) => honest(asked).toString('latin1').replace('HTTP/1.1', 'HTTP/1.0')),
  bytes('HTTP/9.9', broken, (asked) => honest(asked).toString('latin1').replace('HTTP/1.1', 'HTTP/9.9')),
  bytes('a status of no digits', broken, (asked) => honest(asked).toString('latin1').replace('200', 'abc')),
  bytes('a status of four digits', broken, (asked) => honest(asked).toString('latin1').replace('200', '2000')),
  bytes(
    'a switch of protocols that nobody asked for',
    broken,
    () => 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
  ),
  ...[
    '-1',
    'NaN',
    'Infinity',
    '0x10',
    '1e9',
    '99999999999999999999999',
    'Fri, 31 Dec 9999 23:59:59 GMT',
    'Thu, 01 Jan 1970 00:00:00 GMT',
    '',
    'soon',
  ].map((after): HostileAnswer => ({ ...status('503 Busy', failed, `Retry-After: ${after}`), isBusy: true })),
];

const heads: HostileAnswer[] = [
  header('a header of 100 kB', broken, `X-A: ${many(100_000, 'a')}`),
  header('five thousand headers', broken, ...Array.from({ length: 5_000 }, (_, at) => `X-${at}: b`)),
  header('a NUL in a header', broken, 'X-A: b\0c'),
  header('a header without a colon', broken, 'no-colon'),
  lenient('a header without a name', broken, ': b'),
  lenient('a space before the colon', broken, 'X-A : b'),
  header('a carriage return in a header', broken, 'X-A: b\rc'),
  header('headers as members of objects are named', good, '__proto__: a', 'constructor: b', 'toString: c'),
  header('bytes that are no UTF-8 in a header', good, 'X-A: \xff\xfe\x80'),
  header('another content type', good, 'Content-Type: text/html; charset=utf-16'),
  header('two content types', good, 'Content-Type: text/html', 'Content-Type: application/json'),
  header('no date', good, 'Date: soon'),
  header('a date beyond every date', good, 'Date: Fri, 31 Dec 99999 23:59:59 GMT'),
  header('a date an hour off', good, `Date: ${new Date(Date.now() - 3_600_000).toUTCString()}`),
  header('a hundred cookies', good, ...Array.from({ length: 100 }, (_, at) => `Set-Cookie: a${at}=b`)),
];

const lengths: HostileAnswer[] = [
  closing('a length beyond the body', broken, (asked) => honest(asked, 'Content-Length: 5000')),
  header('a length short of the body', malformed, 'Content-Length: 5'),
  header('a negative length', broken, 'Content-Length: -1'),
  header('a length with an exponent', broken, 'Content-Length: 1e3'),
  header('a length beyond every number', broken, `Content-Length: ${many(40, '9')}`),
  header('a length of a terabyte', tooLarge, 'Content-Length: 1099511627776'),
  header('two lengths', broken, 'Content-Length: 5', 'Content-Length: 6'),
  header('a length and chunks', broken, 'Content-Length: 5', 'Transfer-Encoding: chunked'),
  // Such a body ends with its connection.
  closing('an encoding that there is not', good, (asked) => honest(asked, 'Transfer-Encoding: xchunked')),
  chunks('good chunks', good, ({ good }) => `${chunk(good())}0\r\n\r\n`),
  chunks('chunks of one byte', good, ({ good }) => `${[...good()].map(chunk).join('')}0\r\n\r\n`),
  chunks('a chunk whose size is no number', broken, () => 'zz\r\nhello\r\n0\r\n\r\n'),
  chunks('a chunk beyond every number', broken, () => `${many(20, 'f')}\r\nhello\r\n0\r\n\r\n`),
  chunks('a chunk that is longer than it says', broken, ({ good }) => `2\r\n${good()}\r\n0\r\n\r\n`),
  chunks(
    'a chunk with 100 kB beside its size',
    good,
    ({ good }) => `${chunk(good()).replace('\r\n', `;${many(100_000, 'a')}\r\n`)}0\r\n\r\n`,
  ),
  closing('chunks without an end', broken, ({ good }) => headOf('Transfer-Encoding: chunked') + chunk(good())),
  chunks('trailers of 100 kB', broken, ({ good }) => `${chunk(good())}0\r\nX-A: ${many(100_000, 'a')}\r\n\r\n`),
  // Its size ends it, not its time.
  {
    ...endless('chunks for ever', tooLarge, headOf('Transfer-Encoding: chunked'), chunk(many(100_000, ' '))),
    isEndless: false,
  },
];

function headOf(...headers: readonly string[]): string {
  return `HTTP/1.1 200 OK\r\n${headers.join('\r\n')}\r\n\r\n`;
}

/** An answer of 16 MiB, which is much less over the wire. */
function bomb(encoding: string, compress: (body: Buffer) => Buffer): HostileAnswer {
  let compressed: Buffer | undefined;
  return encoded(`16 MiB in ${encoding}`, tooLarge, encoding, () => {
    compressed ??= compress(Buffer.alloc(16 * 1024 * 1024, ' '));
    return compressed;
  });
}

const encodings: HostileAnswer[] = [
  encoded('gzip', good, 'gzip', gzipSync),
  encoded('deflate', good, 'deflate', deflateSync),
  encoded('deflate without its header', good, 'deflate', deflateRawSync),
  encoded('br', good, 'br', brotliCompressSync),
  encoded('gzip in br', good, 'gzip, br', (body) => brotliCompressSync(gzipSync(body))),
  encoded('half of gzip', malformed, 'gzip', (body) => gzipSync(body).subarray(0, -20)),
  encoded('half of br', malformed, 'br', (body) => brotliCompressSync(body).subarray(0, -10)),
  encoded('gzip that is none', { ...broken, api: 'MALFORMED_RESPONSE' }, 'gzip', () => Buffer.from('no gzip at all')),
  encoded('an encoding that there is not', good, 'constructor', (body) => body),
  encoded(
    'gzip within gzip, six times',
    { ...broken, api: 'MALFORMED_RESPONSE' },
    many(6, 'gzip, ').slice(0, -2),
    (body) => Array.from({ length: 6 }).reduce<Buffer>((inner) => gzipSync(inner), body),
  ),
  bomb('gzip', gzipSync),
  bomb('br', (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })),
  bomb('deflate', deflateSync),
];

const times: HostileAnswer[] = [
  silent('nothing at all', () => ''),
  silent('nothing after half of the first line', () => 'HTTP/1.1 2'),
  silent('nothing after the headers', () => headOnly),
  silent('nothing after half of the body', half),
  endless('a header for ever, byte by byte', late, headOf('X-A: b').slice(0, -4), 'a'),
  endless('a body for ever, byte by byte', late, headOnly.replace('1000', '60000'), ' '),
  // The fetch of Node takes none that it has not asked for, as soon as it has read them.
  endless(
    'continue for ever',
    { ...broken, api: 'TIMEOUT', web: 'NETWORK or TIMEOUT' },
    '',
    many(50, 'HTTP/1.1 100 Continue\r\n\r\n'),
  ),
  bytes('continue and early hints, and then the answer', { ...broken, api: 'good' }, (asked) =>
    Buffer.concat([
      Buffer.from('HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Go on\r\n\r\n'),
      honest(asked),
    ]),
  ),
  endless('early hints for ever', late, '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'),
  bytes('a thousand early hints, and then the answer', good, (asked) =>
    Buffer.concat([Buffer.from(many(1_000, 'HTTP/1.1 103 Early Hints\r\n\r\n')), honest(asked)]),
  ),
];

const cuts: HostileAnswer[] = [
  reset('a reset at once', () => ''),
  reset('a reset in the first line', () => 'HTTP/1.1 2'),
  reset('a reset after the headers', () => headOnly),
  reset('a reset in the body', half),
  closing('an end at once', broken, () => ''),
  closing('an end in the first line', broken, () => 'HTTP/1.1 2'),
  closing('an end after the headers', broken, () => headOnly),
  closing('an end in the body', broken, half),
  {
    claim: 'a reset before the request was read',
    outcomes: broken,
    onConnection: (socket) => socket.resetAndDestroy(),
  },
  {
    claim: 'a kept connection that is reset by its second request',
    // A fetch may open another connection.
    outcomes: { api: 'good', web: 'NETWORK or good', app: 'UNAVAILABLE or good', keys: 'KEY_SET_UNAVAILABLE or good' },
    isSecond: true,
    answer: (socket, asked) => {
      if (asked.earlier === 0) socket.write(honest(asked));
      else socket.resetAndDestroy();
    },
  },
];

const connections: HostileAnswer[] = [
  closing('what another protocol says', broken, () => 'SSH-2.0-OpenSSH_9.2p1\r\n'),
  closing('an answer of HTTP/2', broken, () => Buffer.from('000006040000000000000300000064', 'hex')),
  closing('an alert of TLS', broken, () => Buffer.from('15030100020246', 'hex')),
  closing('an answer of HTTP/0.9', broken, ({ good }) => good()),
  bytes('another answer behind it, for whoever asks next', good, (asked) =>
    Buffer.concat([honest(asked), write(asked.bodyWith({ token: '"T0ken-of-nobody"' }))]),
  ),
  bytes('garbage behind it', good, (asked) => Buffer.concat([honest(asked), Buffer.from('garbage\r\n\r\n')])),
  {
    claim: 'plain HTTP where TLS is expected',
    outcomes: { ...broken, app: 'INVALID_OPTION' },
    isOverTls: true,
    onConnection: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  },
  {
    claim: 'silence where TLS is expected',
    outcomes: late,
    isOverTls: true,
    isEndless: true,
    onConnection: () => {},
  },
];

export const hostileAnswers: readonly (HostileAnswer & { readonly kind: string })[] = Object.entries({
  'a value:': values,
  'a text:': texts,
  'a status:': statuses,
  'headers:': heads,
  'lengths:': lengths,
  'an encoding:': encodings,
  'a time:': times,
  'a cut:': cuts,
  'a connection:': connections,
}).flatMap(([kind, answers]) => answers.map((answer) => ({ kind, ...answer })));
