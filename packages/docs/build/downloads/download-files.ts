import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipFiles } from './zip-files.js';

/** A file that a reader takes along. */
export interface DownloadFile {
  /** Its name in the folder of the downloads. */
  readonly name: string;
  readonly content: Buffer;
  readonly group: string;
  /** One sentence: what it is. */
  readonly words: string;
  /** What opens or runs it; the tests run it by these. */
  readonly command: string;
}

const repository = fileURLToPath(new URL('../../../..', import.meta.url));
const mockUrl = 'http://127.0.0.1:4010';

/** Returns the files to download: those of the documents, and what runs beside a service. */
export function downloadFiles(): DownloadFile[] {
  return [...documentFiles(), ...generatedFiles(), ...otherFiles()];
}

function documentFiles(): DownloadFile[] {
  const documents = [
    ['nexconn', 'contract/src/generated/nexconn', 'Nexconn Server API'],
    ['token-service', 'token-service/src/generated', 'token endpoint of your server'],
    ['mock-console', 'mock/src/generated/console', 'console of the mock'],
  ];
  return documents.flatMap(([name, folder, title]) =>
    ['yaml', 'json'].map((format) => ({
      name: `${name}.openapi.${format}`,
      content: read(`packages/${folder}/openapi.gen.${format}`),
      group: 'OpenAPI 3.1',
      words: `The ${title}, as ${format === 'yaml' ? 'YAML' : 'JSON'}, in one file.`,
      command: `npx @redocly/cli lint --extends=spec ${name}.openapi.${format}`,
    })),
  );
}

/** What the generator wrote of each signed API. A kind of file that is not known here is an error: nobody would find it. */
function generatedFiles(): DownloadFile[] {
  const names = generatedNames();
  const collections = [
    ...new Set(names.filter((name) => /\.bruno\//.test(name)).map((name) => name.split('/')[0] ?? '')),
  ];
  const single = names.filter((name) => !name.includes('/'));
  return [
    ...single.map((file) => ({ name: withoutMark(file), content: readGenerated(file), ...kindOf(withoutMark(file)) })),
    ...collections.map((folder) => ({
      name: `${folder}.zip`,
      content: zipFiles(
        names
          .filter((name) => name.startsWith(`${folder}/`))
          .map((name) => ({ path: withoutMark(name), content: readGenerated(name) })),
      ),
      ...kindOf(folder),
    })),
    {
      name: 'sign.mjs',
      content: read('packages/docs/downloads/sign.mjs'),
      group: 'Files of HTTP, and workflows',
      words:
        'Signs what cannot sign by itself: requests of a `.http` file, and the inputs of workflows. Node alone, no package.',
      command: 'node sign.mjs nexconn.http',
    },
  ];
}

function kindOf(name: string): Pick<DownloadFile, 'group' | 'words' | 'command'> {
  if (name.endsWith('.postman_collection.json')) {
    return {
      group: 'Collections',
      words: 'Postman, collection 2.1: a request for each operation, and a script that signs it.',
      command: `npx newman run ${name} --env-var appKey=$NEXCONN_APP_KEY --env-var appSecret=$NEXCONN_APP_SECRET`,
    };
  }
  if (name.endsWith('.bruno')) {
    return {
      group: 'Collections',
      words: 'Bruno: the same in a folder, with a script that its safe mode runs.',
      command: `cd ${name} && npx @usebruno/cli run --env mock --env-var appKey=$NEXCONN_APP_KEY --env-var appSecret=$NEXCONN_APP_SECRET`,
    };
  }
  if (name.endsWith('.http')) {
    return {
      group: 'Files of HTTP, and workflows',
      words: 'The requests as text, for editors that send them; `sign.mjs` signs them.',
      command: `node sign.mjs --send ${name}`,
    };
  }
  if (name.endsWith('.arazzo.yaml')) {
    return {
      group: 'Files of HTTP, and workflows',
      words:
        'Arazzo 1.0: each operation once, and the life of a token from its issue to its end. Needs the OpenAPI documents beside it.',
      command: `npx @redocly/cli respect ${name} --server api=${mockUrl} --server console=${mockUrl} --input "$(node sign.mjs ${name})"`,
    };
  }
  throw new Error(`The generator wrote ${name}, of which download-files.ts has no words.`);
}

function otherFiles(): DownloadFile[] {
  const folder = 'packages/signing/src/generated/vectors';
  const vectors = readdirSync(join(repository, folder)).sort();
  return [
    {
      name: 'signing-vectors.zip',
      content: zipFiles(
        vectors.map((name) => ({ path: `signing-vectors/${withoutMark(name)}`, content: read(`${folder}/${name}`) })),
      ),
      group: 'Tests and operation',
      words: 'What is signed, each text on the way, and the signature, right and wrong, for tests in any language.',
      command: 'npx vitest run --project signing',
    },
    {
      name: 'alerts.yml',
      content: read('examples/deploy/prometheus/alerts.yml'),
      group: 'Tests and operation',
      words: 'Alert rules of Prometheus for the token server.',
      command: 'promtool check rules alerts.yml',
    },
    {
      name: 'dashboard.json',
      content: read('examples/deploy/grafana/dashboard.json'),
      group: 'Tests and operation',
      words: 'A dashboard of Grafana for the token server.',
      command: 'npx vitest run --project samples deploy',
    },
  ];
}

function generatedNames(): string[] {
  const folder = join(repository, 'packages/docs/downloads/generated');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** In the repository the name of a generated file says so. */
function withoutMark(path: string): string {
  return posix.join(posix.dirname(path), posix.basename(path).replace('.gen.', '.'));
}

function readGenerated(name: string): Buffer {
  return read(`packages/docs/downloads/generated/${name}`);
}

function read(path: string): Buffer {
  return readFileSync(join(repository, path));
}
