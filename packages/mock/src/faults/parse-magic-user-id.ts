import { shorten } from '../http/shorten.js';
import { invalidFault } from './check-fault.js';
import { faultTable } from './fault-table.js';
import type { Fault, FaultKind, FaultSequence } from './types.js';

/** What every magic `userId` starts with. */
export const magicPrefix = 'mockFault';

/**
 * Reads `mockFaultResetThen429ThenSuccess`; what follows `User` tells several users of one fault apart.
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
