/** What is known of a failure of a store. */
export interface StoreFailure {
  /** The store's own code, such as `READONLY` of Redis, `28P01` of PostgreSQL or `ENOSPC` of the system. */
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
const cluster = 'A cluster needs a client for clusters, and a hash tag in keyPrefix.';

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
  '53300': 'It has no connection left: raise max_connections, or make the pools smaller.',
  '55P03': 'Another transaction holds a lock for too long: end it.',
  '57014': late,
  TIMED_OUT: late,
  ETIMEDOUT: late,
  '53100': disk,
  ENOSPC: disk,
  SQLITE_FULL: disk,
  EACCES: 'The file may not be written: check its owner and the rights of its folder.',
  EROFS: 'The file system is read-only: choose another folder.',
  ECONNREFUSED: away,
  ECONNRESET: away,
  ENOTFOUND: away,
  EAI_AGAIN: away,
  EHOSTUNREACH: away,
  MOVED: cluster,
  CROSSSLOT: cluster,
  CLUSTERDOWN: 'The cluster is down: look at its nodes.',
  // Without a remedy of their own.
  ERR: '',
  NOSCRIPT: '',
  BUSY: '',
};

const maxDepth = 5;

/** Returns the code and the remedy of what a store, or the client of one, has thrown. Neither holds a text of others. */
export function explainStoreFailure(error: unknown): StoreFailure {
  let found: string | undefined;
  for (let [each, depth] = [error, 0]; each instanceof Error && depth < maxDepth; depth += 1) {
    const code = codeOf(each);
    found ??= code;
    const remedy = code && remedies[code];
    if (remedy) return { code, remedy };
    each = each.cause;
  }
  return { code: found, remedy: undefined };
}

function codeOf(error: Error): string | undefined {
  const { message } = error;
  if (/disk is full/.test(message)) return 'SQLITE_FULL';
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string' && /^[A-Z0-9_]{3,40}$/.test(code)) return code;
  // In a script, Redis 6 puts its own words before it.
  const words = [...message.matchAll(/(?:^|\s-)([A-Z]{3,12})(?=\s)/g)].map(([, word]) => word);
  return words.reverse().find((word) => Object.hasOwn(remedies, `${word}`));
}
