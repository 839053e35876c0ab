import { expect, it } from 'vitest';
import { explainStoreFailure } from './explain-store-failure.js';

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });

type Row = [error: Error, code: string, remedy: RegExp];

it.each<Row>([
  [coded('28P01'), '28P01', /password/],
  [coded('25006'), '25006', /replica/],
  [coded('42501'), '42501', /right/],
  [coded('ENOSPC'), 'ENOSPC', /full/],
  [coded('TIMED_OUT'), 'TIMED_OUT', /in time/],
  [new Error("READONLY You can't write against a read only replica."), 'READONLY', /replica/],
  // As Redis 6 says it of a script.
  [new Error('ERR Error running script: @user_script: 3: -READONLY You cannot write.'), 'READONLY', /replica/],
  [
    new Error('ERR Error running script (call to f_0a): @user_script:1: WRONGTYPE Operation against a key.'),
    'WRONGTYPE',
    /redis:\/\/HOST:6379\/1, or another keyPrefix/,
  ],
  [new Error('WRONGTYPE Operation against a key holding the wrong kind of value'), 'WRONGTYPE', /Another program/],
  [new Error('BUSY Redis is busy running a script.'), 'BUSY', /script/],
  [new Error('UNKILLABLE Sorry the script already executed write commands.'), 'UNKILLABLE', /script/],
  [new Error('ERR max number of clients reached'), 'MAXCLIENTS', /maxclients/],
  [new Error('OOM command not allowed when used memory > maxmemory.'), 'OOM', /maxmemory/],
  [new Error('WRONGPASS invalid username-password pair'), 'WRONGPASS', /password/],
  [new Error('database or disk is full'), 'SQLITE_FULL', /full/],
  ...(
    [
      [5, 'SQLITE_BUSY', /open/],
      [8, 'SQLITE_READONLY', /owner/],
      [10, 'SQLITE_IOERR', /full or failed/],
      // With the system call that failed.
      [778, 'SQLITE_IOERR', /full or failed/],
      [11, 'SQLITE_CORRUPT', /backup/],
      [13, 'SQLITE_FULL', /is full/],
      [14, 'SQLITE_CANTOPEN', /owner/],
      [26, 'SQLITE_NOTADB', /backup/],
    ] satisfies [number, string, RegExp][]
  ).map(([errcode, name, remedy]): Row => [Object.assign(coded('ERR_SQLITE_ERROR'), { errcode }), name, remedy]),
  [coded('EDQUOT'), 'EDQUOT', /full/],
  [new Error('lost', { cause: coded('ECONNREFUSED') }), 'ECONNREFUSED', /runs/],
])('%s is known by its code, with a remedy', (error, code, remedy) => {
  const explained = explainStoreFailure(error);
  expect(explained.code).toBe(code);
  expect(explained.remedy).toMatch(remedy);
});

it.each([
  ['MASTERDOWN', /replica/],
  ['MISCONF', /its log/],
  ['NOAUTH', /password/],
  ['28000', /password/],
  ['NOPERM', /right/],
  ['LOADING', /starting/],
  ['57P01', /starting/],
  ['57P03', /starting/],
  ['3D000', /database/],
  ['53300', /max_connections/],
  ['55P03', /lock/],
  ['57014', /in time/],
  ['ETIMEDOUT', /in time/],
  ['53100', /full/],
  ['SQLITE_FULL', /full/],
  ['EACCES', /rights/],
  ['EROFS', /read-only/],
  ['ECONNREFUSED', /runs/],
  ['ECONNRESET', /runs/],
  ['ENOTFOUND', /runs/],
  ['EAI_AGAIN', /runs/],
  ['EHOSTUNREACH', /runs/],
  ['MOVED', /clusters/],
  ['CROSSSLOT', /clusters/],
  ['ASK', /clusters/],
  ['TRYAGAIN', /moving/],
  ['NOREPLICAS', /replicas/],
  ['DENIED', /protected/],
  ['CLUSTERDOWN', /nodes/],
])('%s has a remedy, as a code and, if it is a word, in the words of a Redis', (code, remedy) => {
  expect(explainStoreFailure(coded(code))).toEqual({ code, remedy: expect.stringMatching(remedy) });
  if (/\d/.test(code) || code.length > 12 || code.includes('_')) return;
  expect(explainStoreFailure(new Error(`${code} it says.`)).code).toBe(code);
});

class DisconnectsClientError extends Error {}
class SQLite3Error extends Error {}

// The clients say these without a code; the last one of each is a copy that has lost its class.
it.each([
  [new Error('Connection terminated unexpectedly'), 'CONNECTION_LOST', /runs/],
  [new Error('Connection terminated'), 'CONNECTION_LOST', /runs/],
  [new Error('Client has encountered a connection error and is not queryable'), 'CONNECTION_LOST', /runs/],
  [new Error('Client was closed and is not queryable'), 'CONNECTION_LOST', /runs/],
  [new Error('Connection is closed.'), 'CONNECTION_LOST', /runs/],
  [new Error("Stream isn't writeable and enableOfflineQueue options is false"), 'CONNECTION_LOST', /runs/],
  [new Error('Connection terminated due to connection timeout'), 'TIMED_OUT', /in time/],
  [new Error('timeout exceeded when trying to connect'), 'TIMED_OUT', /in time/],
  [new Error('timeout expired'), 'TIMED_OUT', /in time/],
  [new Error('Query read timeout'), 'TIMED_OUT', /in time/],
  [new Error('connect ETIMEDOUT'), 'TIMED_OUT', /in time/],
  [new Error('Command timed out'), 'TIMED_OUT', /in time/],
  [new Error('Cannot use a pool after calling end on the pool'), 'CLIENT_CLOSED', /before/],
  [new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.'), 'D1_OVERLOADED', /wait/],
  [new Error('D1_ERROR: Exceeded maximum DB size'), 'D1_FULL', /remove/],
  [new DisconnectsClientError('Disconnects client'), 'DisconnectsClientError', /runs/],
  [new Error('Socket closed unexpectedly'), 'SocketClosedUnexpectedlyError', /runs/],
  [new Error('The client is closed'), 'ClientClosedError', /connect it before/],
  [new Error('The client is offline'), 'ClientOfflineError', /runs/],
  [new Error('Connection timeout'), 'ConnectionTimeoutError', /in time/],
  [
    new Error("Socket timeout timeout. Expecting data, but didn't receive any in 5ms."),
    'SocketTimeoutError',
    /in time/,
  ],
  [new Error('All the root nodes are unavailable'), 'RootNodesUnavailableError', /nodes/],
  [new SQLite3Error('disk I/O error'), 'SQLITE_IOERR', /disk/],
  [new SQLite3Error('database is locked'), 'SQLITE_BUSY', /program/],
  [new SQLite3Error('attempt to write a readonly database'), 'SQLITE_READONLY', /rights/],
  [coded('ERR_SQLITE_ERROR', 'unable to open database file'), 'SQLITE_CANTOPEN', /rights/],
  [coded('ERR_SQLITE_ERROR', 'database disk image is malformed'), 'SQLITE_CORRUPT', /[Rr]estore/],
  [new SQLite3Error('file is not a database'), 'SQLITE_NOTADB', /[Rr]estore/],
])('%s is known by its words, with a remedy', (error, code, remedy) => {
  expect(explainStoreFailure(error)).toEqual({ code, remedy: expect.stringMatching(remedy) });
});

it('what has neither a code nor known words is told by the name of its class, unless that says nothing', () => {
  expect(explainStoreFailure(new SQLite3Error('no such function: x')).code).toBe('SQLite3Error');
  expect(explainStoreFailure(new TypeError('x', { cause: coded('XX000') })).code).toBe('XX000');
  expect(explainStoreFailure(new Error('x', { cause: new RangeError('y') })).code).toBe('RangeError');
  expect(explainStoreFailure(new (class extends Error {})('x')).code).toBeUndefined();
  expect(explainStoreFailure(new (class my_password extends Error {})('x')).code).toBeUndefined();
});

/** An error that comes of others, the last of which has a code. */
function nested(depth: number): Error {
  return depth === 0 ? coded('ENOSPC') : new Error('x', { cause: nested(depth - 1) });
}

it('a cause is found four errors deep, and one that is its own ends the search', () => {
  expect(explainStoreFailure(nested(4)).code).toBe('ENOSPC');
  expect(explainStoreFailure(nested(5)).code).toBeUndefined();
  const circle = new Error('x');
  circle.cause = circle;
  expect(explainStoreFailure(circle)).toEqual({ code: undefined, remedy: undefined });
});

it('the first code is told, unless one below has a remedy', () => {
  expect(explainStoreFailure(Object.assign(coded('XX000'), { cause: coded('YY000') })).code).toBe('XX000');
  expect(explainStoreFailure(Object.assign(coded('XX000'), { cause: coded('ENOSPC') })).code).toBe('ENOSPC');
});

it.each([
  [coded('XX000'), 'XX000'],
  [coded('ABC'), 'ABC'],
  [coded('A'.repeat(40)), 'A'.repeat(40)],
  [coded('AB'), undefined],
  [coded('A'.repeat(41)), undefined],
  [coded('xABC'), undefined],
  [coded('ABCx'), undefined],
  [coded(['ABC'] as never), undefined],
  [new Error('NOSCRIPT No matching script.'), 'NOSCRIPT'],
  [new Error('EXECABORT Transaction discarded because of previous errors.'), 'EXECABORT'],
  [new Error('NOTBUSY No scripts in execution right now.'), 'NOTBUSY'],
  [new Error('UNBLOCKED client unblocked via CLIENT UNBLOCK'), 'UNBLOCKED'],
  [new Error('BUSYKEY Target key name already exists.'), 'BUSYKEY'],
  [new Error('NOPROTO unsupported protocol version'), 'NOPROTO'],
  [new Error('NOTREADY it says.'), 'NOTREADY'],
  [new Error('IOERR error or timeout'), 'IOERR'],
  [new Error('REDIRECT 127.0.0.1:7001'), 'REDIRECT'],
  [new Error('It said OOM in the middle.'), undefined],
  [new Error('OOM'), undefined],
  [new Error('OOMs are here'), undefined],
  [new Error('ERR something'), 'ERR'],
  // Not a code but somebody's text.
  [coded('my secret is 4711'), undefined],
  [new Error('SECRETS are here'), undefined],
  ['thrown', undefined],
  [undefined, undefined],
])('%s has no remedy', (error, code) => {
  expect(explainStoreFailure(error)).toEqual({ code, remedy: undefined });
});
