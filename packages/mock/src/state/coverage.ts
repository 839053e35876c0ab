/** What requests have met so far: how often each operation, status and code was answered. Needs no `this`. */
export interface Coverage {
  /** Counts an answer; `operationId` is left out where the request was for no operation. */
  readonly count: (operationId: string | undefined, status: number, code: number | undefined) => void;
  /** Returns how often an operation was answered with each status. */
  readonly statusesOf: (operationId: string) => ReadonlyMap<number, number>;
  /** Returns how often a business code was answered. */
  readonly timesOf: (code: number) => number;
  /** How many requests were for no operation. */
  readonly elsewhere: () => number;
  readonly clear: () => void;
}

/** A document has fewer; what is beyond comes from documents that were exchanged over and over. */
const maxOperations = 10_000;
const maxCodes = 10_000;

const none: ReadonlyMap<number, number> = new Map();

/** Creates a count that begins at nothing; it takes no more memory for more requests. */
export function createCoverage(): Coverage {
  const operations = new Map<string, Map<number, number>>();
  const codes = new Map<number, number>();
  let elsewhere = 0;

  function statusesFor(operationId: string): Map<number, number> | undefined {
    const known = operations.get(operationId);
    if (known || operations.size >= maxOperations) return known;
    const made = new Map<number, number>();
    operations.set(operationId, made);
    return made;
  }

  return {
    count(operationId, status, code) {
      if (operationId === undefined) elsewhere += 1;
      else addOne(statusesFor(operationId), status);
      if (code !== undefined && (codes.size < maxCodes || codes.has(code))) addOne(codes, code);
    },
    statusesOf: (operationId) => operations.get(operationId) ?? none,
    timesOf: (code) => codes.get(code) ?? 0,
    elsewhere: () => elsewhere,
    clear() {
      operations.clear();
      codes.clear();
      elsewhere = 0;
    },
  };
}

function addOne(counts: Map<number, number> | undefined, key: number): void {
  counts?.set(key, (counts.get(key) ?? 0) + 1);
}
