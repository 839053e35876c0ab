import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { packedFolder } from './packed-folder.js';

let folder: string;
beforeAll(() => {
  folder = packedFolder();
});

/** As their bundlers and loaders have them; some platforms name Node as well, which they are not. */
const web: Record<string, string[]> = {
  Bun: ['bun', 'node', 'import'],
  Deno: ['deno', 'node', 'import'],
  workerd: ['workerd', 'worker', 'browser'],
  'an edge runtime': ['edge-light', 'worker', 'browser', 'node'],
  'a browser': ['browser', 'import'],
  'a runtime that nobody has heard of': ['import'],
};

describe('the client', () => {
  it('has undici, node:crypto and diagnostics_channel on Node', async () => {
    const { modules, external } = await loaded('client', ['node', 'import']);
    expect(modules).toContain('undici');
    expect(external).toEqual(expect.arrayContaining(['node:crypto', 'node:diagnostics_channel']));
  });

  it.each(Object.entries(web))(
    'has the global fetch, WebCrypto and no module of Node for %s',
    async (_, conditions) => {
      const { modules, external } = await loaded('client', conditions);
      expect(modules).toContain('@nexconn-kit/client');
      expect(modules).not.toContain('undici');
      expect(external).toEqual([]);
    },
  );

  it('has neither the OpenAPI document nor what verifies signatures, which it would load for nothing', async () => {
    const { files } = await loaded('client', ['node']);
    expect(files.filter((file) => /document\.gen|verify/.test(file))).toEqual([]);
  });

  it('loads OpenTelemetry with its own entry alone', async () => {
    expect((await loaded('client', ['node'])).modules).not.toContain('@opentelemetry/api');
    expect((await loaded('client/otel', ['node'])).modules).toContain('@opentelemetry/api');
  });
});

describe('the signing package', () => {
  it('has an entry without any module of Node', async () => {
    expect((await loaded('signing/webcrypto', ['import'])).external).toEqual([]);
  });
});

interface Loaded {
  modules: string[];
  external: string[];
  files: string[];
}

/** Which packages with which files, and which modules outside of them, an entry brings along under the given conditions. */
async function loaded(entry: string, conditions: string[]): Promise<Loaded> {
  const { metafile } = await build({
    stdin: { contents: `export * from '@nexconn-kit/${entry}';`, resolveDir: folder },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    conditions,
    mainFields: ['module', 'main'],
    // Undici is CommonJS and names them without `node:`; what it needs is not looked into.
    external: ['node:*', 'undici'],
    logLevel: 'error',
  });
  const outside = externalOf(metafile);
  const modules = [...Object.keys(metafile.inputs).map(packageOf), ...outside.filter((path) => path === 'undici')];
  return {
    modules: [...new Set(modules)],
    external: outside.filter((path) => path.startsWith('node:')),
    files: Object.keys(metafile.inputs),
  };
}

function externalOf({ inputs }: Metafile): string[] {
  const imports = Object.values(inputs).flatMap((input) => input.imports);
  return [...new Set(imports.filter(({ external }) => external).map(({ path }) => path))];
}

function packageOf(path: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}
