import { type Column, createNumberColumn, createTextColumn } from './column.js';
import { createFingerprintIndex, type FingerprintIndex, noRow, userFingerprintOf } from './fingerprint-index.js';

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
  };
}

/** Returns the row of a user; `undefined` where there is none. */
export function findUser({ fingerprints }: UserTable, userId: string): number | undefined {
  const row = fingerprints.find(userFingerprintOf(userId));
  return row === noRow ? undefined : row;
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
  };
}
