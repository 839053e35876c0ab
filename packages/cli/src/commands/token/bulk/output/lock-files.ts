import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { resolve } from 'node:path';
import { CliError } from '@nexconn-kit/token-server/command-line';
import type { Input } from '../input/input.js';
import type { AppendFile } from './append-file.js';
import { statePathOf } from './journal-state.js';

/** Refuses files of which two are one. @throws {CliError} USAGE */
export async function refuseSameFile(input: Input, out: AppendFile, rejects: AppendFile): Promise<void> {
  const identities = [input.file, out.handle(), rejects.handle()].map(async (file?: FileHandle) => {
    const found = await file?.stat({ bigint: true });
    return found && `${found.dev}:${found.ino}`;
  });
  const [ofInput, ofOut, ofRejects] = await Promise.all(identities);
  if (ofInput && ofInput === ofOut) throw usage(`--out is ${input.name} itself. Give another file.`);
  if (ofInput && ofInput === ofRejects) throw usage(`--rejects is ${input.name} itself. Give another file.`);
  if (ofOut && ofOut === ofRejects) throw usage('--rejects is the file of --out. Give another one.');
  // Files that there are not yet have but their names.
  if (resolve(rejects.path) === resolve(out.path)) throw usage('--rejects is the file of --out. Give another one.');
  const isState = resolve(rejects.path) === resolve(statePathOf(out.path));
  if (isState) throw usage(`--rejects is ${rejects.path}, the journal of --out. Give another file.`);
}

/** Linux and Windows release a name of theirs with the process that has it, however that ends; elsewhere each write looks at the size alone. */
export async function lockFile(out: AppendFile): Promise<Server | undefined> {
  const found = await out.handle()?.stat({ bigint: true });
  const prefix = process.platform === 'linux' ? '\0' : process.platform === 'win32' ? '\\\\.\\pipe\\' : undefined;
  if (!found || prefix === undefined) return undefined;
  const name = createHash('sha256').update(`${found.dev}:${found.ino}`).digest('hex').slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((listening, reject) => {
    server.once('error', reject);
    server.listen({ path: `${prefix}nexconn-bulk-${name}` }, listening);
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') return;
    throw new CliError(`Another process is writing ${out.path}. Wait for its end.`, {
      code: 'FILE_NOT_WRITTEN',
      cause,
    });
  });
  return server.unref();
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
