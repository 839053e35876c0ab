import { MockError } from '../errors.js';
import type { Snapshot } from '../state/types.js';

/** A snapshot holds all tokens, so that they must not pile up. */
const maxSnapshots = 16;

/** Snapshots by name; they stay in the process, since they hold secrets. */
export interface SnapshotShelf {
  readonly keep: (snapshot: Snapshot) => string;
  /** @throws {MockError} `SNAPSHOT_UNKNOWN` */
  readonly find: (snapshotId: string) => Snapshot;
}

export function createSnapshotShelf(): SnapshotShelf {
  const snapshots = new Map<string, Snapshot>();
  let taken = 0;
  return {
    keep: (snapshot) => {
      taken += 1;
      const snapshotId = `snapshot-${taken}`;
      snapshots.set(snapshotId, snapshot);
      snapshots.delete(`snapshot-${taken - maxSnapshots}`);
      return snapshotId;
    },
    find: (snapshotId) => {
      const snapshot = snapshots.get(snapshotId);
      if (snapshot) return snapshot;
      const names = [...snapshots.keys()].join(', ');
      const message = `There is no snapshot ${snapshotId}. ${names ? `There are ${names}.` : 'Take one first.'}`;
      throw new MockError('SNAPSHOT_UNKNOWN', message);
    },
  };
}
