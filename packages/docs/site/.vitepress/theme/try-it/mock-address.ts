/** The hosts that the Content-Security-Policy of these pages lets them call: the browser never asks others for them. */
const hosts = ['127.0.0.1', 'localhost'];

/** An address that may be a mock's, or what is wrong with it. */
export type MockAddress = { readonly url: string } | { readonly problem: string };

/** Reads the address of a mock; whatever does not lie on this machine is refused. */
export function readMockAddress(text: string): MockAddress {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'The address is empty. A mock prints its own when it starts.' };
  if (!/^https?:\/\//i.test(trimmed) || !URL.canParse(trimmed)) {
    return { problem: 'This is no address. Write one such as http://127.0.0.1:4010.' };
  }
  const { hostname, origin, username, password, pathname, search, hash } = new URL(trimmed);
  if (!hosts.includes(hostname)) {
    return {
      problem: `${hostname} is refused: nothing is sent from here but to a mock on this machine, 127.0.0.1 or localhost.`,
    };
  }
  if (username || password) return { problem: 'The address has a user name or a password. A mock takes none.' };
  if (pathname !== '/' || search || hash) {
    return { problem: `The address goes on behind the port. Write ${origin} alone.` };
  }
  return { url: origin };
}

/** What answers at an address: a mock, something else, or nothing that lets this page read its answer. */
export type Found = 'mock' | 'other' | 'nothing';

/** Asks what answers at an address; nothing is signed for what does not call itself a mock. */
export async function findMock(url: string, fetch: typeof globalThis.fetch): Promise<Found> {
  let response: Response;
  try {
    response = await fetch(`${url}/_health`, { cache: 'no-store', credentials: 'omit', redirect: 'error' });
  } catch {
    return 'nothing';
  }
  try {
    const health: unknown = await response.json();
    const isMock = typeof health === 'object' && health !== null && 'mock' in health && health.mock === 'nexconn-kit';
    return response.ok && isMock ? 'mock' : 'other';
  } catch {
    return 'other';
  }
}

/** Returns the command that starts a mock at an address, which pages of this origin may call. */
export function startCommand(url: string, pageOrigin: string): string {
  const { port, protocol } = new URL(url);
  const chosenPort = port || (protocol === 'https:' ? '443' : '80');
  const { hostname } = new URL(pageOrigin);
  return [
    'npx @nexconn-kit/cli mock',
    ...(chosenPort === '4010' ? [] : [`--port ${chosenPort}`]),
    ...(protocol === 'https:' ? ['--tls'] : []),
    ...(hosts.includes(hostname) ? [] : [`--allowed-origins ${pageOrigin}`]),
  ].join(' ');
}
