import { describe, expect, it } from 'vitest';
import { type Fault, findFault } from './find-fault.js';

const inError = (code: string, message = '', name = 'Error') => Object.assign(new Error(message), { code, name });
/** What engines say of a function that they know by name alone. */
const lacking = (what: string) => [what, 'not', 'implemented'].join(' ');
const wrapped = (cause: unknown) => new Error('The token could not be had', { cause });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

describe.each<[kind: Fault['kind'], thrown: readonly unknown[]]>([
  [
    'program',
    [
      inError('MODULE_NOT_FOUND', "Cannot find module 'assert'\nRequire stack:"),
      inError('ERR_MODULE_NOT_FOUND', "Cannot find package 'undici'"),
      inError('ERR_ASSERTION', '1 == 2', 'AssertionError'),
      inError('ERR_INVALID_ARG_TYPE', 'The "url" argument must be of type string', 'TypeError'),
      inError('ERR_INVALID_CHAR', 'Invalid character in header content', 'TypeError'),
      inError('ERR_STREAM_NULL_VALUES', 'May not write null values to stream', 'TypeError'),
      inError('ERR_SOCKET_BAD_PORT', 'Port should be >= 0 and < 65536', 'RangeError'),
      inError('ERR_HTTP_HEADERS_SENT', 'Cannot set headers after they are sent'),
      inError('ERR_METHOD_NOT_IMPLEMENTED', 'The _read() method is missing'),
      inError('ERR_REQUIRE_ESM', 'require() of ES Module'),
      inError('ERR_UNSUPPORTED_DIR_IMPORT', 'Directory import'),
      inError('ERR_ACCESS_DENIED', 'Access to this API has been restricted'),
      inError('ERR_OSSL_EVP_UNSUPPORTED', 'error:0308010C:digital envelope routines::unsupported'),
      inError('ENOENT', "ENOENT: no such file or directory, open '/run/token'"),
      inError('EACCES', "EACCES: permission denied, open '/run/token'"),
      inError('UND_ERR_INVALID_ARG', 'invalid x-bad header', 'InvalidArgumentError'),
      inError('UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'Request body length does not match'),
      wrapped(new TypeError('x is not a function')),
      wrapped(wrapped(new ReferenceError('x is not defined'))),
      fetchFailed(new Error('unknown scheme')),
      fetchFailed(new Error('bad port')),
      fetchFailed(inError('ERR_INVALID_URL', 'Invalid URL', 'TypeError')),
      fetchFailed(inError('UND_ERR_INVALID_ARG', 'invalid authorization header')),
      new TypeError("scheme 'ftp' not supported"),
      new Error('protocol must be http:, https: or s3:'),
      new TypeError('URL scheme "ftp" is not supported.'),
      new TypeError("Failed to execute 'text' on 'Response': body stream already read"),
      new TypeError('Body is unusable: Body has already been read'),
      new TypeError('Response body object should not be disturbed or locked'),
      new TypeError('RequestInit: duplex option is required when sending a body.'),
      new TypeError('Do not know how to serialize a BigInt'),
      new TypeError('Converting circular structure to JSON'),
      new TypeError("Cannot assign to read only property 'x'"),
      new TypeError('Attempted to assign to readonly property.'),
      new TypeError("Can't modify immutable headers."),
      new Error('Dynamic require of "assert" is not supported'),
      new Error(lacking('[unenv] fs.readFile is')),
      inError('undefined', 'Requires net access to "api.test", run again with --allow-net', 'NotCapable'),
      new DOMException('The object could not be cloned.', 'DataCloneError'),
      new DOMException('Not allowed here.', 'SecurityError'),
    ],
  ],
  [
    'protocol',
    [
      fetchFailed(inError('ERR_SSL_WRONG_VERSION_NUMBER', 'ssl3_get_record:wrong version number')),
      inError('ERR_SSL_PACKET_LENGTH_TOO_LONG'),
      inError('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'),
      inError('ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'),
      inError('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'),
      inError('ERR_SSL_UNSUPPORTED_PROTOCOL'),
      inError('EPROTO', 'write EPROTO 80:error:1408F10B:SSL routines:ssl3_get_record:wrong version number'),
      new TypeError('client error (Connect): received corrupt message of type InvalidContentType'),
    ],
  ],
  [
    'certificate',
    [
      fetchFailed(inError('DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate')),
      inError('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
      inError('UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
      inError('ERR_TLS_CERT_ALTNAME_INVALID'),
      inError('CERT_HAS_EXPIRED'),
      inError('ERR_SSL_CERTIFICATE_VERIFY_FAILED'),
      inError('HOSTNAME_MISMATCH'),
      inError('INVALID_CA'),
      inError('INVALID_PURPOSE'),
      inError('PATH_LENGTH_EXCEEDED'),
      new TypeError('client error (Connect): invalid peer certificate: UnknownIssuer'),
    ],
  ],
])('%s', (kind, thrown) => {
  it.each(thrown)('%s', (error) => {
    expect(findFault(error)?.kind).toBe(kind);
  });
});

describe('the network', () => {
  it.each([
    fetchFailed({ code: 'ECONNREFUSED' }),
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'EMFILE', 'EACCES'].map(
      (code) => fetchFailed(inError(code, `connect ${code} 10.0.0.1:443`)),
    ),
    inError('ENOTFOUND', 'getaddrinfo ENOTFOUND api.test'),
    inError('EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.test'),
    inError('ENOENT', 'connect ENOENT /run/proxy.sock'),
    // Bun's.
    ...['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'].map((code) =>
      inError(code, `${code}: Unable to connect. Is the computer able to access the url?`, 'TypeError'),
    ),
    inError('EMFILE', "EMFILE: too many open files, open '/etc/hosts'"),
    inError('ECONNRESET', 'socket hang up'),
    fetchFailed(Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' })),
    ...[
      'SOCKET',
      'CONNECT_TIMEOUT',
      'HEADERS_TIMEOUT',
      'BODY_TIMEOUT',
      'ABORTED',
      'RES_CONTENT_LENGTH_MISMATCH',
      'PRX_TLS',
    ].map((code) => fetchFailed(inError(`UND_ERR_${code}`, 'other side closed', `${code}Error`))),
    inError('HPE_INVALID_HEADER_TOKEN', 'Invalid header value char', 'HTTPParserError'),
    ...['STREAM_PREMATURE_CLOSE', 'HTTP2_GOAWAY_SESSION', 'HTTP2_STREAM_ERROR', 'SOCKET_CLOSED'].map((code) =>
      inError(`ERR_${code}`),
    ),
    ...['NETWORK', 'BAD_RESPONSE', 'CANCELED', 'CONNECTION_REFUSED', 'NAME_NOT_RESOLVED', 'UNEXPECTED'].map((code) =>
      inError(`ERR_${code}`),
    ),
    inError('ERR_TLS_HANDSHAKE_TIMEOUT'),
    ...['DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'UNEXPECTED_EOF_WHILE_READING', 'TLSV1_ALERT_INTERNAL_ERROR'].map(
      (code) => inError(`ERR_SSL_${code}`),
    ),
    inError('ConnectionRefused', 'Unable to connect. Is the computer able to access the url?'),
    inError('FailedToOpenSocket', 'Was there a typo in the url or port?'),
    new TypeError('terminated'),
    new TypeError('Failed to fetch'),
    new TypeError('Failed to fetch dynamically imported module: https://a.test/b.js'),
    new TypeError('NetworkError when attempting to fetch resource.'),
    new TypeError('Load failed'),
    new TypeError('Network request failed'),
    new TypeError('cannot parse response'),
    new TypeError('A server with the specified hostname could not be found.'),
    new TypeError('Die Netzwerkverbindung wurde unterbrochen.'),
    new TypeError('error sending request for url (https://api.test/): client error (Connect): tcp connect error'),
    new TypeError('error reading a body from connection'),
    new TypeError('connection closed before message completed'),
    new Error('Network connection lost.'),
    new Error('net::ERR_INTERNET_DISCONNECTED'),
    new Error('boom'),
    wrapped(inError('ECONNRESET')),
    new DOMException('The operation timed out.', 'TimeoutError'),
    new DOMException('This operation was aborted', 'AbortError'),
    'boom',
    undefined,
    {},
  ])('%s', (error) => {
    expect(findFault(error)).toBeUndefined();
  });
});

it('the error that shows it is returned', () => {
  const mistake = new TypeError('x is not a function');
  expect(findFault(wrapped(mistake))?.error).toBe(mistake);
});

it('as many as five in a chain of causes are looked at, which may be a circle', () => {
  const chain = (length: number): Error => (length === 1 ? new RangeError('x') : wrapped(chain(length - 1)));
  expect([findFault(chain(5))?.kind, findFault(chain(6))]).toEqual(['program', undefined]);
  const circle = new Error('no');
  circle.cause = circle;
  expect(findFault(circle)).toBeUndefined();
});
