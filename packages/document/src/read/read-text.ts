import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { setImmediate as nextIteration } from 'node:timers/promises';

/** Far more than the largest documents that are published have. */
const maxBytes = 128 * 1024 * 1024;

/** The error for what could be read, but not to its end; its `code` is in words. */
class TextUnread extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const tooLong = (limit: number): TextUnread => new TextUnread(`it has more than ${limit} bytes`);

/** Returns the text of a file. A device has no end, and a pipe that nobody writes to no beginning: neither is read. */
export async function readFileText(path: string): Promise<string> {
  // A document may have thousands of small files: to wait for a thread in each step takes longer than reading them.
  await nextIteration();
  // To open a pipe without a writer would wait for one. Windows has no such flag, and no such pipe.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    checkFile(fstatSync(file));
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function checkFile(found: Stats): void {
  if (found.size > maxBytes) throw tooLong(maxBytes);
  // Reading a folder fails by itself.
  if (found.isFile() || found.isDirectory()) return;
  throw new TextUnread('it is no file but a device, a pipe or a socket');
}

/** Returns the text at an address; `limit` is for tests. */
export async function readRemoteText(
  address: string,
  signal: AbortSignal | undefined,
  limit: number = maxBytes,
): Promise<string> {
  const response = await fetch(address, { signal: signal ?? null });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const decoder = new TextDecoder();
  let [text, size] = ['', 0];
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > limit) throw tooLong(limit);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
