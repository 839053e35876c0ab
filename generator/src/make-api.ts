import { basename, relative, resolve, sep } from 'node:path';
import type { Problem } from '@nexconn-kit/document';
import {
  bundleDocument,
  compileWhatCan,
  overlayDocument,
  readSources,
  resolveDocument,
} from '@nexconn-kit/document/compiler';
import { type ApiPart, type ApiTarget, apiParts, commandFor } from './api-parts.js';
import { apiOutput } from './outputs/api.js';
import { clientOutput } from './outputs/client.js';
import { errorCatalogueOutput } from './outputs/error-catalogue.js';
import { standardSchemasOutput } from './outputs/standard-schemas.js';
import { typesOutput } from './outputs/types.js';
import { validatedParts, validatorsOutput } from './outputs/validators.js';
import type { FoundDocument, OutputFile, ResolvedOperation } from './types.js';
import { header } from './typescript/header.js';

/** The code of a document, and what of the document is not in it or looks like a mistake. */
export interface MadeApi {
  readonly outputs: readonly OutputFile[];
  readonly warnings: readonly Problem[];
}

/**
 * Returns the code of a document for any project, with paths relative to `root`: it imports published packages only,
 * `contract` and, for the client, `client`. An operation that cannot be understood is left out, with a warning.
 *
 * @throws {DocumentError} `DOCUMENT_INVALID`, with every problem, where nothing is left
 */
export async function makeApi(root: string, target: ApiTarget): Promise<MadeApi> {
  const { parts = apiParts, overlays = [], allowRemote = false } = target;
  const found = locate(root, target);
  const sources = await readSources(root, found.source, { allowRemote });
  const overlaid = await overlayDocument(root, bundleDocument(sources), overlays, sources);
  const resolved = resolveDocument(overlaid.document, sources, 'play');
  const has = (...names: ApiPart[]): boolean => names.some((name) => parts.includes(name));
  // Whoever serves it, here somebody calls it.
  const called = { ...found, ...resolved, isOwnServer: false };
  const compiled = has('validators', 'mock') ? compileWhatCan(called, validatedParts(called), sources) : undefined;
  const document = { ...called, operations: withOwnTypes(compiled?.operations ?? called.operations) };
  const outputs = [
    ...typesOutput(document, has('client')),
    ...(has('client') ? clientOutput(document, has('validators')) : []),
    ...(compiled ? validatorsOutput(document, compiled.checks) : []),
    ...(has('validators') ? standardSchemasOutput(document) : []),
    ...(has('mock') ? [...errorCatalogueOutput(document), ...apiOutput(document)] : []),
  ];
  return {
    outputs: [...outputs, entryOf(found, outputs)],
    warnings: [...overlaid.warnings, ...resolved.warnings, ...(compiled?.warnings ?? [])],
  };
}

/** Names types apart of operations whose names differ in case or punctuation alone. */
function withOwnTypes(operations: readonly ResolvedOperation[]): ResolvedOperation[] {
  const taken = new Set<string>();
  return operations.map((operation) => {
    let { typeName } = operation;
    for (let serial = 2; taken.has(typeName.toLowerCase()); serial += 1) typeName = `${operation.typeName}${serial}`;
    taken.add(typeName.toLowerCase());
    return { ...operation, typeName };
  });
}

function locate(root: string, target: ApiTarget): FoundDocument {
  const fromRoot = (path: string): string => relative(root, resolve(root, path)).split(sep).join('/') || '.';
  const [source, folder] = [fromRoot(target.document), fromRoot(target.out)];
  const command = commandFor({ ...target, document: source, out: folder, overlays: target.overlays?.map(fromRoot) });
  const home = { folder, types: '@nexconn-kit/contract', validator: '@nexconn-kit/contract/validator', command };
  return { name: basename(source), source, home };
}

/** `index.gen.ts`: everything of the document but the checks, which only the validators call. */
function entryOf(found: FoundDocument, outputs: readonly OutputFile[]): OutputFile {
  const names = outputs.map(({ path }) => basename(path, '.ts')).filter((name) => name !== 'checks.gen');
  const lines = names.sort().map((name) => `export ${name === 'types.gen' ? 'type ' : ''}* from './${name}.js';\n`);
  return { path: `${found.home.folder}/index.gen.ts`, content: `${header(found)}${lines.join('')}` };
}
