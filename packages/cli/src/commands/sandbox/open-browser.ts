import { spawn } from 'node:child_process';

/** What opens an address in the browser of whoever is logged in; no shell reads it. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in a browser; resolves to why that was not possible, or to undefined. */
export function openBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [program, ...args] = openers[platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { env, stdio: 'ignore', detached: true });
  // The browser may be its child, and stays open for as long as it likes.
  child.unref();
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve(`${program} cannot be run (${error.code})`));
    child.once('spawn', () => resolve(undefined));
  });
}
