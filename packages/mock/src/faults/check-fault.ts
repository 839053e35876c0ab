import type { ErrorCatalogueEntry } from '@nexconn-kit/contract';
import { MockError } from '../errors.js';
import { faultTable } from './fault-table.js';
import type { Fault, FaultSequence } from './types.js';

/** The part of a contract's error catalogue that faults need. */
export type ErrorEntries = Readonly<Record<string, Pick<ErrorCatalogueEntry, 'code' | 'httpStatus' | 'meaning'>>>;

/** For a longer wait there is `hang`. */
const maxWaitMs = 600_000;
const maxSequenceLength = 100;

/** Which statuses a fault can be sent with. */
const statusRanges: Readonly<Partial<Record<Fault['kind'], readonly [number, number]>>> = {
  answer: [400, 599],
  html: [500, 599],
  'not-json': [200, 599],
};

/**
 * Returns the sequence with every default in place.
 *
 * @throws {MockError} INVALID_FAULT
 */
export function checkSequence(sequence: FaultSequence, errors: ErrorEntries): FaultSequence {
  if (!Array.isArray(sequence) || sequence.length === 0 || sequence.length > maxSequenceLength) {
    throw invalidFault(`A sequence has 1 to ${maxSequenceLength} faults.`);
  }
  return sequence.map((fault) => (fault === 'success' ? fault : checkFault(fault, errors)));
}

function checkFault(fault: Fault, errors: ErrorEntries): Fault {
  const row = Object.hasOwn(faultTable, fault?.kind) ? faultTable[fault.kind] : undefined;
  if (!row) throw invalidFault(`There is no such fault. Choose from: ${Object.keys(faultTable).join(', ')}, success.`);
  const { kind, ms, jitterMs, code, status } = { ...row.defaults, ...fault };
  return {
    kind,
    ...(ms !== undefined && { ms: inRange('ms', ms, 0, maxWaitMs) }),
    ...(jitterMs !== undefined && { jitterMs: inRange('jitter', jitterMs, 0, maxWaitMs) }),
    ...(row.value === 'code' && { code: findCode(code, errors) }),
    ...checkStatus(kind, status),
  };
}

function checkStatus(kind: Fault['kind'], status: number | undefined): { readonly status?: number } {
  const range = statusRanges[kind];
  return range && status !== undefined ? { status: inRange('status', status, ...range) } : {};
}

/** A number that is no business code stands for the first error with that HTTP status. */
function findCode(wanted: number | undefined, errors: ErrorEntries): number {
  const entries = Object.values(errors);
  const found = entries.find(({ code }) => code === wanted) ?? entries.find(({ httpStatus }) => httpStatus === wanted);
  if (found) return found.code;
  const codes = entries.map(({ code }) => code).join(', ');
  throw invalidFault(
    `${wanted === undefined ? 'The error has no code' : `No error has the code ${wanted}`}. Choose from: ${codes}.`,
  );
}

function inRange(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw invalidFault(`The ${name} of a fault must be a whole number from ${min} to ${max}.`);
}

/** Returns the error for a fault that is not valid. */
export function invalidFault(message: string): MockError {
  return new MockError(message, { code: 'INVALID_FAULT' });
}
