import { appendFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A document in a folder of its own. */
export interface ScratchDocument extends AsyncDisposable {
  readonly folder: string;
  /** Path of the document. */
  readonly path: string;
  readonly write: (name: string, text: string) => Promise<void>;
  readonly append: (name: string, text: string) => Promise<void>;
  /** Saves as many editors do: into another file, which then takes the name. */
  readonly replace: (name: string, text: string) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

/** The endpoints of the document; each is answered with an example. */
export function documentText(...names: string[]): string {
  const paths = names.map((name) => `  /${name}: {$ref: paths/${name}.yaml}\n`);
  return `openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\npaths:\n${paths.join('')}`;
}

/** A path item with a body, whose schema stands in another file. */
export function pathText(name: string): string {
  return `post:
  operationId: ${name}
  summary: Do ${name}
  security: []
  requestBody:
    required: true
    content: {application/json: {schema: {$ref: ../schemas/Thing.yaml}}}
  responses:
    '200':
      description: Done.
      content: {application/json: {schema: {type: object}, example: {done: ${name}}}}
`;
}

/** An object with one text, of a length. */
export function schemaText(maxLength: number): string {
  return `type: object\nrequired: [text]\nproperties:\n  text: {type: string, maxLength: ${maxLength}}\n`;
}

/** Writes a document of three files, with the endpoint `/first`. */
export async function makeScratchDocument(): Promise<ScratchDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'document-test-'));
  const at = (name: string): string => join(folder, name);
  async function write(name: string, text: string): Promise<void> {
    await mkdir(dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  }
  await write('schemas/Thing.yaml', schemaText(5));
  await write('paths/first.yaml', pathText('first'));
  await write('openapi.yaml', documentText('first'));
  return {
    folder,
    path: at('openapi.yaml'),
    write,
    append: (name, text) => appendFile(at(name), text),
    replace: async (name, text) => {
      await write(`${name}.tmp`, text);
      await rename(at(`${name}.tmp`), at(name));
    },
    remove: (name) => rm(at(name), { recursive: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
