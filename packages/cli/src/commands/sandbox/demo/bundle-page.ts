import { fileURLToPath } from 'node:url';

/** Returns the scripts of the page as one, with the token source in it. It runs in this repository alone, not where the package is installed. */
export async function bundlePage(entry: URL): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@nexconn-kit/source'],
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}
