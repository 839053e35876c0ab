import { expect, it } from 'vitest';
import { isBlockedPort } from './blocked-ports.js';

/** Whether this runtime's `fetch` refuses a port before it opens a connection; what is not refused is sent nowhere. */
async function isRefused(port: number): Promise<boolean> {
  const dispatcher = {
    dispatch() {
      throw new Error('sent');
    },
  };
  const init = { dispatcher } as unknown as RequestInit;
  const failure: unknown = await fetch(`http://127.0.0.1:${port}/`, init).catch((error: unknown) => error);
  return ((failure as Error).cause as Error).message === 'bad port';
}

it('knows each port that fetch refuses, and none beside it', async () => {
  const listed = Array.from({ length: 65_535 }, (_, index) => index + 1).filter(isBlockedPort);
  const around = [...new Set(listed.flatMap((port) => [port - 1, port, port + 1]))].filter((port) => port > 0);
  const refused = await Promise.all(around.map(isRefused));
  expect(around.filter((_, index) => refused[index])).toEqual(listed);
});
