import type { Fault, FaultKind } from './types.js';

/** One kind of fault: how it is requested, and what its caller sees. */
interface FaultRow {
  /** The member of the fault that the header's value and the digits of the `userId` set. */
  readonly value?: 'ms' | 'code' | 'status';
  /** Its members where none are given. */
  readonly defaults: Partial<Fault>;
  /** Matches its word in a magic `userId`; the group is the value. */
  readonly magic: RegExp;
  readonly headerExample: string;
  readonly magicExample: string;
  /** What the caller sees. */
  readonly seen: string;
  /** Whether the call takes effect. */
  readonly issued: 'yes' | 'no';
}

/** All faults; the guide's table and the parsers are made from this table. */
export const faultTable: Readonly<Record<FaultKind, FaultRow>> = {
  latency: {
    value: 'ms',
    defaults: { ms: 200 },
    magic: /^Latency(\d+)?$/,
    headerExample: 'latency=200;jitter=50',
    magicExample: 'Latency200',
    seen: 'the usual answer, later by so many milliseconds, give or take the jitter',
    issued: 'yes',
  },
  answer: {
    value: 'code',
    defaults: {},
    magic: /^(\d+)$/,
    headerExample: 'answer=1008',
    magicExample: '429',
    seen: 'that error of the catalogue, by business code or by HTTP status; `;status=` sends it with another status',
    issued: 'no',
  },
  html: {
    value: 'status',
    defaults: { status: 502 },
    magic: /^Html(\d+)?$/,
    headerExample: 'html=502',
    magicExample: 'Html502',
    seen: 'a 5xx with the HTML page of a gateway',
    issued: 'no',
  },
  'not-json': {
    value: 'status',
    defaults: { status: 200 },
    magic: /^NotJson(\d+)?$/,
    headerExample: 'not-json',
    magicExample: 'NotJson',
    seen: '200 and `Content-Type: application/json`, with a body that is no JSON',
    issued: 'no',
  },
  'code-on-200': {
    value: 'code',
    defaults: { code: 1000 },
    magic: /^CodeOn200(?:With(\d+))?$/,
    headerExample: 'code-on-200=1000',
    magicExample: 'CodeOn200With1000',
    seen: 'an error of the catalogue with HTTP status 200',
    issued: 'no',
  },
  truncate: {
    defaults: {},
    magic: /^Truncate$/,
    headerExample: 'truncate',
    magicExample: 'Truncate',
    seen: 'the headers and half of the body, then the end of the connection',
    issued: 'yes',
  },
  reset: {
    defaults: {},
    magic: /^Reset$/,
    headerExample: 'reset',
    magicExample: 'Reset',
    seen: 'a connection reset in place of an answer',
    issued: 'no',
  },
  'reset-after': {
    defaults: {},
    magic: /^ResetAfter$/,
    headerExample: 'reset-after',
    magicExample: 'ResetAfter',
    seen: 'the same, after the call took effect',
    issued: 'yes',
  },
  hang: {
    defaults: {},
    magic: /^Hang$/,
    headerExample: 'hang',
    magicExample: 'Hang',
    seen: 'nothing, until the caller gives up or the mock is closed',
    issued: 'no',
  },
};
