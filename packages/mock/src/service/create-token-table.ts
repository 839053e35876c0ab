import { createFingerprintIndex, type FingerprintIndex } from './create-fingerprint-index.js';
import type { Fingerprint } from './fingerprint.js';
import { noRow } from './no-row.js';

/** A million tokens would be ten million objects to the garbage collector; in columns they are a few thousand. */
const chunkRows = 1024;

/** One issued token. */
export interface TokenRow extends Fingerprint {
  /** The row of the user in the user table. */
  readonly user: number;
  /** In Unix milliseconds. */
  readonly issuedAt: number;
  /** The row of the same user's token before, or `noRow`. */
  readonly previous: number;
  readonly voided: boolean;
}

interface Chunk {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly user: Uint32Array;
  readonly issuedAt: Float64Array;
  readonly previous: Uint32Array;
  readonly voided: Uint8Array;
}

/** The tokens of one app, in the order of their issue. */
export interface TokenTable {
  readonly size: () => number;
  /** Gives the new row. */
  readonly add: (token: Omit<TokenRow, 'voided'>) => number;
  readonly at: (row: number) => TokenRow;
  /** The last row with this fingerprint, or `noRow`. */
  readonly find: (fingerprint: Fingerprint) => number;
  readonly voidRow: (row: number) => void;
  readonly copy: () => TokenTable;
}

/** Makes an empty table; its rows are stored in columns of fixed chunks, so that growing never copies them. */
export function createTokenTable(): TokenTable {
  return tableOf([], 0, createFingerprintIndex());
}

function tableOf(chunks: Chunk[], firstSize: number, index: FingerprintIndex): TokenTable {
  let size = firstSize;

  const place = (row: number): [Chunk, number] => {
    const chunk = chunks[Math.floor(row / chunkRows)];
    if (!chunk || row >= size) throw new RangeError(`There is no row ${row}.`);
    return [chunk, row % chunkRows];
  };
  const fingerprintAt = (row: number): Fingerprint => {
    const [{ high, low }, at] = place(row);
    return { high: high[at] ?? 0, low: low[at] ?? 0 };
  };

  return {
    size: () => size,
    add({ high, low, user, issuedAt, previous }) {
      const row = size;
      if (row % chunkRows === 0) chunks.push(createChunk());
      size += 1;
      const [chunk, at] = place(row);
      chunk.high[at] = high;
      chunk.low[at] = low;
      chunk.user[at] = user;
      chunk.issuedAt[at] = issuedAt;
      chunk.previous[at] = previous;
      index.set(row, fingerprintAt);
      return row;
    },
    at(row) {
      const [chunk, at] = place(row);
      return {
        ...fingerprintAt(row),
        user: chunk.user[at] ?? 0,
        issuedAt: chunk.issuedAt[at] ?? 0,
        previous: chunk.previous[at] ?? noRow,
        voided: chunk.voided[at] === 1,
      };
    },
    find: (fingerprint) => index.find(fingerprint, fingerprintAt),
    voidRow(row) {
      const [chunk, at] = place(row);
      chunk.voided[at] = 1;
    },
    copy: () => tableOf(chunks.map(copyChunk), size, index.copy()),
  };
}

function createChunk(): Chunk {
  return {
    high: new Uint32Array(chunkRows),
    low: new Uint32Array(chunkRows),
    user: new Uint32Array(chunkRows),
    issuedAt: new Float64Array(chunkRows),
    previous: new Uint32Array(chunkRows),
    voided: new Uint8Array(chunkRows),
  };
}

function copyChunk({ high, low, user, issuedAt, previous, voided }: Chunk): Chunk {
  return {
    high: high.slice(),
    low: low.slice(),
    user: user.slice(),
    issuedAt: issuedAt.slice(),
    previous: previous.slice(),
    voided: voided.slice(),
  };
}
