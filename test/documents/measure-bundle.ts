import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** What operations take in a bundle for browsers, minified and with gzip; the client itself is not counted. */
export interface BundleMeasurement {
  /** Bytes of one operation that is named to the client, with its checks and what all have in common. */
  readonly namedBytes: number;
  /** Bytes that each operation takes where the client has all of them, called or not. */
  readonly eachBytes: number;
}

/** Bundles a generated client with one operation, named by its constant, and with all operations. */
export async function measureBundle(
  folder: string,
  constants: readonly string[],
): Promise<BundleMeasurement | undefined> {
  const named = constants[Math.floor(constants.length / 3)];
  if (named === undefined) return undefined;
  const namedBytes = await bundle(folder, `apiSettings, ${named}`);
  const wholeBytes = await bundle(folder, 'clientApi');
  return { namedBytes, eachBytes: Math.round(wholeBytes / constants.length) };
}

async function bundle(folder: string, names: string): Promise<number> {
  const contents = `export { ${names} } from './client.gen.js';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: folder, loader: 'ts' },
    ...{ bundle: true, minify: true, write: false, format: 'esm', platform: 'browser' },
    external: ['@nexconn-kit/*'],
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length;
}
