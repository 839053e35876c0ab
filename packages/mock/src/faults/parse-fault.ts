import { shorten } from '../http/read-request.js';
import { invalidFault } from './check-fault.js';
import { faultTable } from './fault-table.js';
import type { Fault, FaultKind, FaultSequence } from './types.js';

const parameterNames: Readonly<Record<string, 'ms' | 'jitterMs' | 'code' | 'status'>> = {
  ms: 'ms',
  jitter: 'jitterMs',
  code: 'code',
  status: 'status',
};

/**
 * Parses the header `X-Mock-Fault`, such as `reset, answer=1008;ms=200, success`.
 *
 * @throws {MockError} INVALID_FAULT
 */
export function parseFaultHeader(header: string): FaultSequence {
  return header.split(',').map((item) => parseItem(item.trim()));
}

function parseItem(item: string): Fault | 'success' {
  if (item === 'success') return item;
  const [head = '', ...parameters] = item.split(';').map((part) => part.trim());
  const [kind = '', value] = splitPair(head);
  const row = Object.hasOwn(faultTable, kind) ? faultTable[kind as FaultKind] : undefined;
  if (!row || (value !== undefined && !row.value)) throw unreadable(item);
  const named = parameters.map((parameter) => {
    const [name = '', text] = splitPair(parameter);
    return [Object.hasOwn(parameterNames, name) ? parameterNames[name] : '', text] as const;
  });
  const members = value === undefined ? named : [[row.value, value] as const, ...named];
  const numbers = members.map(([name, text]) => {
    if (!name || !/^\d{1,9}$/.test(text ?? '')) throw unreadable(item);
    return [name, Number(text)];
  });
  return { kind: kind as FaultKind, ...Object.fromEntries(numbers) };
}

function splitPair(text: string): [string?, string?] {
  return text.split('=', 2).map((part) => part.trim()) as [string?, string?];
}

function unreadable(item: string): Error {
  const examples = Object.values(faultTable).map(({ headerExample }) => headerExample);
  return invalidFault(
    `X-Mock-Fault has no fault ${shorten(item, 40)}. Write one like these, or several with commas: ${examples.join(' | ')} | success.`,
  );
}

/** The start of every magic `userId`. */
export const magicPrefix = 'mockFault';

/**
 * Parses a magic `userId`, such as `mockFaultResetThen429ThenSuccess`; what follows `User` tells users of one fault apart.
 *
 * @throws {MockError} INVALID_FAULT
 */
export function parseMagicUserId(userId: string): FaultSequence {
  const [words = ''] = userId.slice(magicPrefix.length).split(/User(?=[^a-z]|$)/u, 1);
  return words.split(/Then(?=[A-Z0-9])/).map((word) => (word === 'Success' ? 'success' : parseWord(word, userId)));
}

function parseWord(word: string, userId: string): Fault {
  for (const [kind, { magic, value }] of Object.entries(faultTable)) {
    const match = magic.exec(word);
    if (match) return { kind: kind as FaultKind, ...(value && match[1] && { [value]: Number(match[1]) }) };
  }
  const examples = Object.values(faultTable).map(({ magicExample }) => `${magicPrefix}${magicExample}`);
  throw invalidFault(
    `The userId ${shorten(userId, 64)} names no fault; ${magicPrefix} is reserved. Use one like these: ${examples.join(', ')}.`,
  );
}
