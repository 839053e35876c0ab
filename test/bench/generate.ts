import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { folderSize } from '../support/folder-size.js';
import { largeDocument } from './generators/large-document.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const sizes = [10, 100, 1_000];

/** Measures the generate command: our own document from cold, then documents of 10, 100 and 1,000 operations. */
export async function benchGenerate(): Promise<Record<string, number>> {
  const results: Record<string, number> = {};
  results['own document, seconds'] = await inScratch(async (root) => {
    await cp(join(repository, 'spec'), join(root, 'spec'), { recursive: true });
    return generate(root);
  });
  for (const size of sizes) {
    results[`${size} operations, seconds`] = await inScratch(async (root) => {
      await writeManyOperations(root, size);
      return generate(root);
    });
  }
  Object.assign(results, await inScratch(measureApi), await inScratch(measurePlaying));
  const [small = 0, large = 0] = [results['100 operations, seconds'], results['1000 operations, seconds']];
  results['1000 against 100 operations, total'] = large / small;
  results['1000 against 100 operations, per operation'] = large / 1_000 / (small / 100);
  for (const [name, value] of Object.entries(results)) console.log(`generate: ${name}: ${value.toFixed(2)}`);
  return results;
}

async function inScratch<T>(measure: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'bench-generate-'));
  try {
    return await measure(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** Seconds that one run of the command takes, start of the process included. */
async function generate(root: string): Promise<number> {
  const command = join(repository, 'generator/src/generate.ts');
  const start = performance.now();
  const nodeArgs = ['--conditions=@nexconn-kit/source', '--import', import.meta.resolve('tsx')];
  await promisify(execFile)(process.execPath, [...nodeArgs, command, '--root', root], { cwd: repository });
  return (performance.now() - start) / 1_000;
}

/** What the code of one document of 1,000 operations takes, as `nexconn generate` writes it. */
async function measureApi(root: string): Promise<Record<string, number>> {
  await writeManyOperations(root, 1_000);
  const target = { document: 'spec/many/openapi.yaml', out: 'lib' };
  const { userCPUTime, systemCPUTime, maxRSS } = await usageOf(root, target);
  return {
    'code of 1000 operations, CPU seconds': (userCPUTime + systemCPUTime) / 1e6,
    'code of 1000 operations, MB of memory': maxRSS / 1_000,
    'code of 1000 operations, MB written': (await folderSize(join(root, 'lib'))) / 1e6,
  };
}

/** What a mock of a document of 1,000 operations and 3 MB takes from its file to its first answer. */
async function measurePlaying(root: string): Promise<Record<string, number>> {
  const text = largeDocument(1_000);
  await writeFile(join(root, 'openapi.yaml'), text);
  const [document, mock] = ['document', 'mock'].map((name) => {
    return JSON.stringify(pathToFileURL(join(repository, 'packages', name, 'dist/index.js')).href);
  });
  const script = `const [{ loadDocument }, { createMock }] = await Promise.all([import(${document}), import(${mock})]);
    const before = process.cpuUsage();
    const mock = createMock({ document: await loadDocument('openapi.yaml') });
    const headers = { authorization: 'Bearer a' };
    const { status } = await mock.fetch(new Request('http://mock.test/Resource1/1', { headers }));
    if (status !== 200) throw new Error('It was answered with ' + status + '.');
    console.log(JSON.stringify({ ...process.cpuUsage(before), maxRSS: process.resourceUsage().maxRSS }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  const { user, system, maxRSS } = JSON.parse(stdout) as Record<string, number>;
  return {
    'mock of 1000 operations, MB of document': text.length / 1e6,
    'mock of 1000 operations, CPU seconds to its first answer': (Number(user) + Number(system)) / 1e6,
    'mock of 1000 operations, MB of memory': Number(maxRSS) / 1_000,
  };
}

/** Runs what `nexconn generate` calls, as it is built, and returns what the process has used. */
async function usageOf(root: string, target: { document: string; out: string }): Promise<NodeJS.ResourceUsage> {
  const built = pathToFileURL(join(repository, 'generator/dist/index.js')).href;
  const script = `const { generateApi } = await import(${JSON.stringify(built)});
    await generateApi(${JSON.stringify(target)});
    console.log(JSON.stringify(process.resourceUsage()));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
  return JSON.parse(stdout);
}

/** Writes a document of so many operations, each with a schema of its own, as `spec/many/openapi.yaml`. */
export async function writeManyOperations(root: string, size: number): Promise<void> {
  await mkdir(join(root, 'spec/many'), { recursive: true });
  await writeFile(join(root, 'spec/redocly.yaml'), 'extends: [minimal]\n');
  const schemas: Record<string, unknown> = { Address: address };
  const paths: Record<string, unknown> = {};
  for (let index = 0; index < size; index++) {
    schemas[`Thing${index}`] = thing;
    paths[`/things${index}/{id}`] = { post: operation(index) };
  }
  const document = {
    openapi: '3.1.0',
    info: { title: 'Many', version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: 'https://api.test' }],
    security: [],
    paths,
    components: { schemas },
  };
  await writeFile(join(root, 'spec/many/openapi.yaml'), JSON.stringify(document, null, 2));
}

const address = {
  type: 'object',
  required: ['street'],
  properties: {
    street: { type: 'string', minLength: 1, maxLength: 100 },
    lines: { type: 'array', maxItems: 3, items: { type: 'string', maxLength: 40, 'x-max-bytes': 80 } },
  },
};

const thing = {
  type: 'object',
  required: ['name', 'address'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z]+$', 'x-max-bytes': 64 },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    address: { $ref: '#/components/schemas/Address' },
  },
};

function operation(index: number): object {
  const content = { 'application/json': { schema: { $ref: `#/components/schemas/Thing${index}` } } };
  return {
    operationId: `makeThing${index}`,
    summary: `Make thing ${index}`,
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 36 } }],
    requestBody: { required: true, content },
    responses: { 200: { description: 'Made.', content }, 400: { description: 'Refused.' } },
  };
}
