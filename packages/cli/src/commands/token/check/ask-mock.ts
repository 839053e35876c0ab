import { isIP } from 'node:net';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { CliError } from '@nexconn-kit/token-server/command-line';
import { callMockConsole, noMock } from '../../../process/mock-console.js';
import { printable } from '../../../terminal/terminal.js';

/** What a client SDK would be told when it connects. */
export interface MockVerdict {
  readonly code: number;
  readonly meaning: string;
  readonly userId?: string;
}

/**
 * Asks the connection check of a mock for a token, of the app of the environment or the mock's own.
 *
 * @throws {CliError} USAGE, COMMAND_FAILED
 */
export async function askMock(mock: URL, token: string, env: CliContext['env']): Promise<MockVerdict> {
  const mayBePlain = env.NEXCONN_DANGEROUSLY_ALLOW_HTTP === 'true' || isThisMachine(mock.hostname);
  if (mock.protocol === 'http:' && !mayBePlain) {
    const message =
      '--mock is http: on another machine, where anybody on the way can read the token. Use https:, or set ' +
      'NEXCONN_DANGEROUSLY_ALLOW_HTTP=true in a network of your own.';
    throw new CliError(message, { code: 'USAGE' });
  }
  const appKey = env.NEXCONN_APP_KEY || undefined;
  const answer = await callMockConsole(mock, 'tokens/check', { token, appKey });
  const { code, meaning, userId } = Object(answer);
  if (!Number.isSafeInteger(code) || typeof meaning !== 'string') throw noMock(mock, 'it answered something else');
  const user = typeof userId === 'string' ? { userId: printable(userId) } : {};
  return { code, meaning: printable(meaning), ...user };
}

function isThisMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    (isIP(host) === 4 && host.startsWith('127.'))
  );
}
