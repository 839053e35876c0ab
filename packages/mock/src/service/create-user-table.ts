import { noRow } from './no-row.js';

/** A registered user as it is kept. */
export interface UserRow {
  readonly userId: string;
  name: string;
  /** Empty for none. */
  avatarUrl: string;
  /** The row of the last token. */
  lastToken: number;
  /** Tokens that were not voided one by one, out of those that were issued in `generation`. */
  tokenCount: number;
  /** How many secrets had gone when the count began. */
  generation: number;
}

/** The users of one app, in the order of their registration. */
export interface UserTable {
  readonly size: () => number;
  /** `undefined` where there is none. */
  readonly find: (userId: string) => number | undefined;
  readonly at: (row: number) => UserRow;
  /** Gives the new row; the user must not be there yet. */
  readonly add: (userId: string) => number;
  readonly copy: () => UserTable;
}

/** A `Map` moves all that it holds whenever it doubles; spread over many, no single request pays for it. */
const shardCount = 64;

export function createUserTable(): UserTable {
  return tableOf(
    [],
    Array.from({ length: shardCount }, () => new Map()),
  );
}

function tableOf(rows: UserRow[], shards: readonly Map<string, number>[]): UserTable {
  const shardFor = (userId: string) => shards[spread(userId)] as Map<string, number>;
  return {
    size: () => rows.length,
    find: (userId) => shardFor(userId).get(userId),
    at(row) {
      const user = rows[row];
      if (!user) throw new RangeError(`There is no row ${row}.`);
      return user;
    },
    add(userId) {
      const row = rows.length;
      rows.push({ userId, name: '', avatarUrl: '', lastToken: noRow, tokenCount: 0, generation: 0 });
      shardFor(userId).set(userId, row);
      return row;
    },
    copy: () =>
      tableOf(
        rows.map((row) => ({ ...row })),
        shards.map((shard) => new Map(shard)),
      ),
  };
}

/** The end of an ID differs the most, in counted and in random ones. */
function spread(userId: string): number {
  let hash = userId.length;
  for (let at = Math.max(0, userId.length - 4); at < userId.length; at += 1) {
    hash = Math.imul(hash, 31) + userId.charCodeAt(at);
  }
  return (hash ^ (hash >>> 6)) & (shardCount - 1);
}
