import { type Column, createNumberColumn, createTextColumn } from './column.js';
import { createFingerprintIndex, type FingerprintIndex, noRow, userFingerprintOf } from './fingerprint-index.js';
import type { UserChanges } from './types.js';

/** The users of one app, in the order of their registration: one row each, in columns. */
export interface UserTable {
  /** Of the user IDs. */
  readonly fingerprints: FingerprintIndex;
  readonly userIds: Column<string>;
  readonly names: Column<string>;
  /** Empty for none. */
  readonly avatarUrls: Column<string>;
  /** The row of the user's last token. */
  readonly lastToken: Column<number>;
  /** Tokens that were not voided one by one, out of those that were issued in `generation`. */
  readonly tokenCount: Column<number>;
  /** How many secrets had gone when the count began. */
  readonly generation: Column<number>;
  /** When users without a token were registered, by row: most have one at once. */
  readonly registeredAt: Map<number, number>;
  /** Rows of users who were removed; whoever is registered again has a new one. */
  readonly removed: Set<number>;
}

export function createUserTable(): UserTable {
  return {
    fingerprints: createFingerprintIndex(),
    userIds: createTextColumn(),
    names: createTextColumn(),
    avatarUrls: createTextColumn(),
    lastToken: createNumberColumn(),
    tokenCount: createNumberColumn(),
    generation: createNumberColumn(),
    registeredAt: new Map(),
    removed: new Set(),
  };
}

/** Returns the row of a user; `undefined` where there is none. */
export function findUser(table: UserTable, userId: string): number | undefined {
  const row = findPlace(table, userId);
  return row === undefined || table.removed.has(row) ? undefined : row;
}

/** Returns the last row that a user had, removed or not. */
export function findPlace({ fingerprints }: UserTable, userId: string): number | undefined {
  const row = fingerprints.find(userFingerprintOf(userId));
  return row === noRow ? undefined : row;
}

/** Returns how many users there are. */
export function countUsers({ fingerprints, removed }: UserTable): number {
  return fingerprints.size() - removed.size;
}

/** Overwrites what is given; returns whether there is such a user. */
export function changeUser(table: UserTable, userId: string, { name, avatarUrl }: UserChanges): boolean {
  const row = findUser(table, userId);
  if (row === undefined) return false;
  if (name !== undefined) table.names.set(row, name);
  if (avatarUrl !== undefined) table.avatarUrls.set(row, avatarUrl);
  return true;
}

export function copyUserTable(table: UserTable): UserTable {
  return {
    fingerprints: table.fingerprints.copy(),
    userIds: table.userIds.copy(),
    names: table.names.copy(),
    avatarUrls: table.avatarUrls.copy(),
    lastToken: table.lastToken.copy(),
    tokenCount: table.tokenCount.copy(),
    generation: table.generation.copy(),
    registeredAt: new Map(table.registeredAt),
    removed: new Set(table.removed),
  };
}
