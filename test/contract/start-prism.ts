import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';

export interface StockPrism extends AsyncDisposable {
  url: string;
}

/** Starts the stock `prism mock` on a free port with a document, as anybody would run it. */
export async function startPrism(document: object): Promise<StockPrism> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-prism-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, JSON.stringify(document));
  const command = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js');
  const options = ['mock', '--host', '127.0.0.1', '--port', '0', '--multiprocess', 'false'];
  const child = killAtExit(
    spawn(process.execPath, [command, ...options, file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
  );
  const url = await new Promise<string>((resolve, reject) => {
    let printed = '';
    const read = (chunk: unknown): void => {
      printed += chunk;
      const [, found] = /Prism is listening on (http:\/\/\S+)/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', read);
    child.once('exit', () => reject(new Error(`prism mock did not start:\n${printed}`)));
  });
  const stop = async (): Promise<void> => {
    await stopProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  return { url, [Symbol.asyncDispose]: stop };
}
