import { CliError, InvalidArgumentError } from '@nexconn-kit/token-server/command-line';

const timeoutMs = 10_000;

/** Returns the URL of a mock. */
export function parseMockUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('Give a URL with the port of the mock, as http://127.0.0.1:4010 is.');
  if (url.username || url.password) throw new InvalidArgumentError('Leave user and password out of it.');
  return url;
}

/**
 * Calls an operation of the console of a mock, and returns its answer, of whatever shape it is.
 *
 * @throws {CliError} COMMAND_FAILED where no mock answers
 */
export async function callMockConsole(
  mock: URL,
  operation: string,
  body: object,
  { maxBytes = 65_536 }: { readonly maxBytes?: number } = {},
): Promise<unknown> {
  const url = new URL(`/_console/api/${operation}`, mock);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return JSON.parse(await readText(response, url, maxBytes));
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { name, cause } = error as Error & { cause?: { code?: string; message?: string } };
    if (cause?.message === 'bad port') throw blockedPort(url);
    throw noMock(url, cause?.code ?? (name === 'SyntaxError' ? 'it answered no JSON' : name));
  }
}

async function readText(response: Response, url: URL, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) throw noMock(url, `it answered more than ${maxBytes} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Of the standard of `fetch`: ports of other protocols, which pages must not be able to speak. */
function blockedPort({ port }: URL): CliError {
  const message = `Port ${port} is one that fetch and browsers never call. Start the mock on another port, such as 4010.`;
  return new CliError(message, { code: 'COMMAND_FAILED' });
}

/** The error for what is no mock. */
export function noMock({ origin }: URL, reason: string): CliError {
  const message = `No mock answers at ${origin} (${reason}). Start one with nexconn mock, and give its URL.`;
  return new CliError(message, { code: 'COMMAND_FAILED' });
}
