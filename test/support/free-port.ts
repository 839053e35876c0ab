import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Returns a port that nobody listens on at the moment, for a program that cannot choose one itself.
 *
 * Somebody else may take it before the program does: start it by `onFreePort`.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a program on a free port, and on another one where somebody was quicker. */
export async function onFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      if (attempt === 5 || !isPortTaken(error)) throw error;
    }
  }
}

/** Starts a program on the port that it had before, once whoever has taken it meanwhile lets go. */
export async function onSamePort<Started>(start: () => Promise<Started>): Promise<Started> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 50 || !isPortTaken(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

/** Whether an error, which has what the program said, is about its port. */
function isPortTaken(error: unknown): boolean {
  return /EADDRINUSE|address already in use/i.test(`${error}`);
}
