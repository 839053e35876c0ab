import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeScratchDocument, pathText } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';
import { readRemoteText } from './read-text.js';

/** Returns what a document is refused or left out for. */
async function problemOf(path: string, overlays: readonly string[] = []): Promise<string> {
  const { warnings } = await loadDocument(path, { overlays }).catch((error: { message: string }) => {
    return { warnings: [error] };
  });
  return warnings.map(({ message }) => message).join();
}

describe.runIf(process.platform === 'linux')('what is no file is not read, since it may have no end', () => {
  it.each([
    ['a device', async () => '/dev/zero'],
    [
      'a pipe that nobody writes to',
      async (folder: string) => {
        const path = join(folder, 'pipe.yaml');
        execFileSync('mkfifo', [path]);
        return path;
      },
    ],
  ])('%s', async (_, make) => {
    await using scratch = await makeScratchDocument();
    const path = await make(scratch.folder);
    const words = 'cannot be read (it is no file but a device, a pipe or a socket)';
    expect(await problemOf(path)).toContain(words);
    expect(await problemOf(scratch.path, [path])).toContain(words);
    await scratch.write('paths/first.yaml', pathText('first').replace('{type: object}', `{$ref: ${path}}`));
    expect(await problemOf(scratch.path)).toContain(words);
  });

  it('a socket', async () => {
    await using scratch = await makeScratchDocument();
    const path = join(scratch.folder, 'socket.yaml');
    const server = createSocketServer().listen(path);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    for (const overlays of [[path], []]) {
      expect(await problemOf(overlays.length > 0 ? scratch.path : path, overlays)).toContain('cannot be read (ENXIO)');
    }
  });
});

describe('a document at an address', () => {
  async function startServer(answer: (response: ServerResponse) => void): Promise<string> {
    const server = createServer((_, response) => answer(response)).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  it('is read as UTF-8, wherever its chunks are cut', async () => {
    const address = await startServer((response) => {
      for (const byte of Buffer.from('a: é€😀')) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await readRemoteText(address, undefined)).toBe('a: é€😀');
  });

  it('is not read without an end', async () => {
    const block = Buffer.alloc(2 ** 16, ' ');
    const address = await startServer((response) => {
      const more = (): void => {
        while (response.write(block));
        response.once('drain', more);
      };
      more();
    });
    const reading = readRemoteText(address, undefined, 1_000_000);
    await expect(reading).rejects.toMatchObject({ code: 'it has more than 1000000 bytes' });
  });
});
