import { optionChecks } from '../errors.js';
import { copyText } from '../http/read-request.js';
import type { MockAnswer, SignatureRefusal } from '../http/types.js';

/** A request and its answer as they went over the wire: nothing in it is masked yet. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Keys are lower-case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body as far as it is kept. */
  readonly body: Uint8Array;
  /** Of the whole body. */
  readonly bodyBytes: number;
  readonly answer: MockAnswer;
  /** Of the whole answer's body, where not all of it was kept. */
  readonly answerBytes: number | undefined;
  /** Set where the signature was refused. */
  readonly refusal: SignatureRefusal | undefined;
}

/** The last requests as they went over the wire, by the id of their journal entry. Needs no `this`. */
export interface Exchanges {
  /** Keeps an exchange, and forgets the oldest where there are too many. */
  readonly keep: (
    id: number,
    request: Pick<Exchange, 'method' | 'path' | 'query' | 'headers'>,
    body: Uint8Array,
    answer: MockAnswer,
    refusal: SignatureRefusal | undefined,
  ) => void;
  readonly find: (id: number) => Exchange | undefined;
}

/** How much of a request's body is kept, in bytes; of an answer's as many characters are shown. */
export const maxKeptBytes = 16_384;

/** How much one exchange may take, in bytes; more is none that a client sends. */
const maxExchangeBytes = 128 * 1024;

/** How much all exchanges may take, in bytes; a thousand of the usual ones take half of it. */
const maxTotalBytes = 4 * 1024 * 1024;

interface Kept extends Exchange {
  readonly id: number;
  readonly size: number;
}

/**
 * Creates the memory of the last `capacity` exchanges, and fewer where they are large.
 *
 * What is kept is mostly referred to, and masked when somebody reads it: it costs a request next to nothing.
 *
 * @throws {MockError} `INVALID_OPTION`
 */
export function createExchanges(capacity = 1000, maxBytes: number = maxTotalBytes): Exchanges {
  optionChecks.checkNumber('keptExchanges', capacity, { unit: 'requests', min: 0, max: 100_000, isWhole: true });
  // A ring; the oldest is that of `firstRow`.
  const ring: (Kept | undefined)[] = [];
  let [firstRow, count, bytes] = [0, 0, 0];

  function dropFirst(): void {
    bytes -= ring[firstRow]?.size ?? 0;
    ring[firstRow] = undefined;
    firstRow = (firstRow + 1) % capacity;
    count -= 1;
  }

  return {
    keep(id, { method, path, query, headers }, received, answered, refusal) {
      if (capacity === 0) return;
      // A part of a chunk, as it was read, keeps the whole of it in memory.
      const body = Buffer.from(received.byteLength > maxKeptBytes ? received.subarray(0, maxKeptBytes) : received);
      const answer = shortened(answered);
      const size = sizeOfObjects + body.byteLength + 2 * charactersOf(method, path, query, headers, answer);
      if (size > maxExchangeBytes) return;
      bytes += size;
      while (count === capacity || (bytes > maxBytes && count > 0)) dropFirst();
      ring[(firstRow + count) % capacity] = {
        id,
        size,
        method,
        path,
        query,
        headers,
        body,
        answer,
        refusal,
        bodyBytes: received.byteLength,
        answerBytes: answer === answered ? undefined : Buffer.byteLength(answered.body),
      };
      count += 1;
    },
    find: (id) => ring.find((kept) => kept?.id === id),
  };
}

function shortened(answer: MockAnswer): MockAnswer {
  if (answer.body.length <= maxKeptBytes) return answer;
  return { ...answer, body: copyText(answer.body.slice(0, maxKeptBytes)) };
}

/** What an exchange takes beside its texts. */
const sizeOfObjects = 1000;

/** Each takes two bytes at most. */
function charactersOf(
  method: string,
  path: string,
  query: URLSearchParams,
  headers: Exchange['headers'],
  answer: MockAnswer,
): number {
  let characters = method.length + path.length + answer.body.length;
  if (query.size > 0) characters += query.toString().length;
  for (const name of Object.keys(headers)) characters += headers[name]?.length ?? 0;
  return characters;
}
