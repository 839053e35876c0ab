import { legible } from '../redaction/safe-cause.js';

/** What is known of a failure of a store. */
export interface StoreFailure {
  /**
   * The store's own code, such as `READONLY` of Redis, `28P01` of PostgreSQL or `ENOSPC` of the system. Without one the name of
   * the error's class, such as `SocketClosedUnexpectedlyError`, or `CONNECTION_LOST`, `TIMED_OUT`, `CLIENT_CLOSED`.
   */
  readonly code: string | undefined;
  /** One sentence. */
  readonly remedy: string | undefined;
}

const replica = 'The server is a replica: connect to the primary.';
const password = 'Check its user and password.';
const right = 'Its user lacks a right: grant the one that the server names in its own log.';
const disk = 'The disk is full: make room on it.';
const starting = 'The server is starting or stopping: wait for it.';
const away = 'Check its address, and that it runs and can be reached.';
const late = 'It did not answer in time: check its load, and the network on the way to it.';
const file = 'The file may not be written: check its owner and the rights of its folder.';
const damaged = 'The file is damaged: restore it from a backup.';
const cluster =
  'This is a cluster, which the token server does not take; createRedisStore takes a client for clusters, and a keyPrefix with a hash tag.';
const busy = 'A script of another program keeps Redis busy: wait for it, or end it there.';
const down = 'The cluster is down: look at its nodes.';

/** Codes of Redis are the first word of its message, those of PostgreSQL SQLSTATEs. */
const remedies: Readonly<Record<string, string>> = {
  READONLY: replica,
  MASTERDOWN: replica,
  '25006': replica,
  OOM: 'Redis has no memory left: raise maxmemory, and keep maxmemory-policy at noeviction.',
  MISCONF: 'Redis cannot save its data: look at its log and its disk.',
  NOAUTH: password,
  WRONGPASS: password,
  '28P01': password,
  '28000': password,
  NOPERM: right,
  '42501': right,
  LOADING: starting,
  '57P01': starting,
  '57P03': starting,
  '3D000': 'There is no such database: create it, or correct its name.',
  '53300': 'It has no connection left: raise max_connections, or have fewer instances, or smaller pools.',
  '55P03': 'Another transaction holds a lock for too long: end it.',
  '57014': late,
  TIMED_OUT: late,
  ETIMEDOUT: late,
  '53100': disk,
  ENOSPC: disk,
  EDQUOT: disk,
  SQLITE_FULL: disk,
  SQLITE_IOERR: 'The disk is full or failed: look at its room, and at what the system says of it.',
  SQLITE_BUSY: 'Another program has the file open: close it there.',
  SQLITE_READONLY: file,
  SQLITE_CANTOPEN: file,
  SQLITE_CORRUPT: damaged,
  SQLITE_NOTADB: damaged,
  EACCES: file,
  EROFS: 'The file system is read-only: choose another folder.',
  ECONNREFUSED: away,
  ECONNRESET: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  EHOSTUNREACH: away,
  CONNECTION_LOST: away,
  SocketClosedUnexpectedlyError: away,
  DisconnectsClientError: away,
  ClientOfflineError: away,
  ConnectionTimeoutError: late,
  SocketTimeoutError: late,
  CLIENT_CLOSED: 'It was closed before: close it after the last question alone.',
  ClientClosedError: 'It is not connected: connect it before the first question, and close it after the last one.',
  MOVED: cluster,
  ASK: cluster,
  TRYAGAIN: 'The cluster is moving its keys: wait for it.',
  CROSSSLOT: cluster,
  CLUSTERDOWN: down,
  RootNodesUnavailableError: down,
  D1_OVERLOADED: 'The database is asked more than it can answer: wait for it, or give tokens a database of their own.',
  D1_FULL: 'The database has reached the size that D1 allows: remove rows, or give tokens a database of their own.',
  WRONGTYPE:
    'Another program has keys of these names: give tokens a database of their own in the URL, such as redis://HOST:6379/1, ' +
    'or another keyPrefix in createRedisStore, or remove those keys.',
  BUSY: busy,
  UNKILLABLE: busy,
  MAXCLIENTS: 'Redis has no connection left: raise maxclients, or have fewer connections.',
  NOREPLICAS: 'Too few replicas are connected for a write: look at them, or lower min-replicas-to-write.',
  DENIED: 'Redis is in protected mode: give it a password, or have it listen to this machine alone.',
  // Without a remedy of their own.
  ERR: '',
  NOSCRIPT: '',
  NOTBUSY: '',
  EXECABORT: '',
  UNBLOCKED: '',
  BUSYKEY: '',
  NOPROTO: '',
  NOTREADY: '',
  IOERR: '',
  REDIRECT: '',
};

/** The primary result codes of SQLite, which `node:sqlite` gives as a number. */
const sqliteCodes: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  26: 'SQLITE_NOTADB',
};

/** What clients say without a code, by the words: a copy of an error may have lost its class. */
const wordings: readonly (readonly [words: RegExp, code: string])[] = [
  [/disk is full/, 'SQLITE_FULL'],
  [/^disk I\/O error/, 'SQLITE_IOERR'],
  [/^database (table )?is locked/, 'SQLITE_BUSY'],
  [/readonly database/, 'SQLITE_READONLY'],
  [/^unable to open database/, 'SQLITE_CANTOPEN'],
  [/^database disk image is malformed/, 'SQLITE_CORRUPT'],
  [/^file is not a database/, 'SQLITE_NOTADB'],
  [/^(timeout ex|Query read timeout|Connection terminated due to|connect ETIMEDOUT|Command timed out)/, 'TIMED_OUT'],
  [/^(Connection terminated|Connection is closed|Client .*not queryable|Stream isn't writeable)/, 'CONNECTION_LOST'],
  [/^D1_.*(overloaded|queued for too long)/i, 'D1_OVERLOADED'],
  [/^D1_.*maximum DB size/i, 'D1_FULL'],
  [/^Cannot use a pool after/, 'CLIENT_CLOSED'],
  [/^ERR max number of clients/, 'MAXCLIENTS'],
  [/^Socket closed unexpectedly/, 'SocketClosedUnexpectedlyError'],
  [/^Disconnects client/, 'DisconnectsClientError'],
  [/^The client is closed/, 'ClientClosedError'],
  [/^The client is offline/, 'ClientOfflineError'],
  [/^Connection timeout/, 'ConnectionTimeoutError'],
  [/^Socket timeout/, 'SocketTimeoutError'],
  [/^All the root nodes are unavailable/, 'RootNodesUnavailableError'],
];

const maxDepth = 5;

/** Returns the code and the remedy of what a store, or the client of one, has thrown. Neither holds a text of others. */
export function explainStoreFailure(error: unknown): StoreFailure {
  let [found, named]: (string | undefined)[] = [];
  for (let [each, depth] = [legible(error), 0]; each instanceof Error && depth < maxDepth; depth += 1) {
    const code = codeOf(each);
    found ??= code;
    named ??= classOf(each);
    const remedy = code && remedies[code];
    if (remedy) return { code, remedy };
    each = each.cause;
  }
  return { code: found ?? named, remedy: undefined };
}

function codeOf(error: Error): string | undefined {
  const message = `${error.message}`;
  const { code, errcode } = error as { readonly code?: unknown; readonly errcode?: unknown };
  const own = typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code) ? code : undefined;
  // That of all errors of `node:sqlite`.
  if (own !== undefined && own !== 'ERR_SQLITE_ERROR') return own;
  // The bytes above the first say more.
  const numbered = typeof errcode === 'number' ? sqliteCodes[errcode & 0xff] : undefined;
  if (numbered !== undefined) return numbered;
  const [, worded] = wordings.find(([words]) => words.test(message)) ?? [];
  if (worded !== undefined || own !== undefined) return worded ?? own;
  // In a script, Redis 6 puts its own words before it. A word that is none of these may be of somebody's text.
  const words = [...message.matchAll(/(?:^|\s-|@user_script: ?\d+: )([A-Z]{3,12})(?=\s)/g)].map(([, word]) => word);
  return words.reverse().find((word) => Object.hasOwn(remedies, `${word}`));
}

/** Returns the name of an error's class, where that is one of its own. */
function classOf(error: Error): string | undefined {
  const { name } = Object(error.constructor) as { readonly name?: unknown };
  return typeof name === 'string' && /^[A-Z][A-Za-z0-9]{2,40}Error$/.test(name) ? name : undefined;
}
