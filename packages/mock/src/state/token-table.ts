import { type Column, createNumberColumn, createTimeColumn } from './column.js';
import { createFingerprintIndex, type FingerprintIndex } from './fingerprint-index.js';

/** The tokens of one app, in the order of their issue: one row each, in columns. */
export interface TokenTable {
  readonly fingerprints: FingerprintIndex;
  /** The row of the user in the user table. */
  readonly users: Column<number>;
  /** In Unix milliseconds. */
  readonly issuedAt: Column<number>;
  /** The row of the same user's token before, or `noRow`. */
  readonly previous: Column<number>;
  /** 1 for a token that was voided by itself. */
  readonly voided: Column<number>;
}

export function createTokenTable(): TokenTable {
  return {
    fingerprints: createFingerprintIndex(),
    users: createNumberColumn(),
    issuedAt: createTimeColumn(),
    previous: createNumberColumn(),
    voided: createNumberColumn(),
  };
}

export function copyTokenTable({ fingerprints, users, issuedAt, previous, voided }: TokenTable): TokenTable {
  return {
    fingerprints: fingerprints.copy(),
    users: users.copy(),
    issuedAt: issuedAt.copy(),
    previous: previous.copy(),
    voided: voided.copy(),
  };
}
