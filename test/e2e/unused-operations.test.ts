import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ApiPart, generateApi } from '@nexconn-kit/generator';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

/** A document of so many operations, each with parameters, a body and a result of its own. */
function documentOf(count: number): object {
  const names = Array.from({ length: count }, (_, index) => `Thing${index}`);
  const schemas = names.map((name, index) => [
    name,
    {
      type: 'object',
      required: [`name${index}`],
      properties: { [`name${index}`]: { type: 'string', minLength: 1, maxLength: 10 + index } },
    },
  ]);
  const paths = names.map((name, index) => {
    const content = { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } };
    const parameters = [
      { name: `id${index}`, in: 'path', required: true, schema: { type: 'string', maxLength: index + 1 } },
    ];
    const responses = { 200: { description: 'Made.', content } };
    return [
      `/things${index}/{id${index}}`,
      { post: { operationId: `make${name}`, parameters, requestBody: { required: true, content }, responses } },
    ];
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Many', version: '1.0.0' },
    servers: [{ url: 'https://api.test' }],
    paths: Object.fromEntries(paths),
    components: { schemas: Object.fromEntries(schemas) },
  };
}

/** The code of a document that is left in a bundle, with the names that it has in the source. */
async function bundleOf(count: number, app: string, parts?: readonly ApiPart[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'nexconn-kit-unused-'));
  try {
    const document = join(folder, 'openapi.json');
    await writeFile(document, JSON.stringify(documentOf(count)));
    await generateApi({ document, out: join(folder, 'api'), ...(parts && { parts }) });
    await writeFile(join(folder, 'app.ts'), app);
    const { outputFiles } = await build({
      entryPoints: [join(folder, 'app.ts')],
      bundle: true,
      minifyWhitespace: true,
      minifySyntax: true,
      format: 'esm',
      external: ['@nexconn-kit/*'],
      write: false,
    });
    return String(outputFiles[0]?.text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const some = `
import { createApiClient } from '@nexconn-kit/client/api';
import { apiSettings, makeThing0Operation } from './api/index.gen.js';
export const client = createApiClient({ ...apiSettings, operations: { makeThing0: makeThing0Operation } });
`;

it('an operation that is not named to the client costs its bundle nothing', async () => {
  const bundle = await bundleOf(31, some);
  expect(bundle).toContain('/things0/');
  // So many have what they have alike in constants and functions already, each of which is in a bundle once.
  expect(bundle).toBe(await bundleOf(15, some));
});

const all = `
import { createApiClient } from '@nexconn-kit/client/api';
import { clientApi } from './api/index.gen.js';
export const client = createApiClient(clientApi);
`;

it('each takes at most 60 bytes of a bundle that has them all, without checks', async () => {
  const sizes = await Promise.all(
    [100, 200].map(async (count) => gzipSync(await bundleOf(count, all, ['client'])).length),
  );
  const [some = 0, twice = 0] = sizes;
  expect((twice - some) / 100).toBeLessThanOrEqual(60);
});
