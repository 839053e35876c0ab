import type { MockConsole } from '@nexconn-kit/mock';
import { operationTable } from '@nexconn-kit/mock/console';

/** Returns the console of a mock in another process as methods. */
export function callConsole(url: string): MockConsole {
  const methods = Object.values(operationTable).map(({ operationId, path }) => {
    const call = async (request: unknown = {}): Promise<unknown> => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(request) });
      if (!response.ok) throw new Error(`${operationId} was refused: ${response.status} ${await response.text()}`);
      return response.status === 204 ? undefined : response.json();
    };
    return [operationId, call];
  });
  return Object.fromEntries(methods) as MockConsole;
}
