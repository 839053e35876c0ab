import { DocumentError, loadDocument, watchDocument } from '@nexconn-kit/document';
import type { ApiTarget } from './api-parts.js';
import { GenerateError } from './errors.js';
import { generatedFolders } from './find-documents.js';
import { describeDifferences, describeWarnings, generateApi, pathsOf } from './generate-api.js';
import { makeOutputs } from './make-outputs.js';
import { isMistyped, readArguments, usage } from './read-arguments.js';
import { compareOutputs, type Target, writeOutputs } from './write-outputs.js';

/** Generates everything of this repository, or the code of one document; returns the exit code. */
async function run(args: string[]): Promise<number> {
  const { check, watch, root, api } = readArguments(args);
  if (api === undefined) return generateRepository(root, check);
  const code = await generate(api, check);
  if (watch) await watchApi(api);
  return code;
}

async function generateRepository(root: string, check: boolean): Promise<number> {
  const target: Target = { folders: generatedFolders, isShared: false };
  const outputs = await makeOutputs(root);
  const differences = await compareOutputs(root, outputs, target);
  if (!check) await writeOutputs(root, differences, target);
  return print(pathsOf(differences), { check, count: outputs.length, source: 'the spec', command: 'npm run generate' });
}

async function generate(api: ApiTarget, check: boolean): Promise<number> {
  const generated = await generateApi({ ...api, check });
  const { files, command } = generated;
  for (const line of describeWarnings(generated)) console.error(line);
  return print(generated, { check, count: files.length, source: api.document, command });
}

/** How a run is spoken of. */
interface Words {
  readonly check: boolean;
  readonly count: number;
  /** What the files have to agree with. */
  readonly source: string;
  readonly command: string;
}

/** Prints what differs; returns the exit code. */
function print(differences: ReturnType<typeof pathsOf>, { check, count, source, command }: Words): number {
  const lines = describeDifferences(differences);
  if (!check) {
    console.log(lines.length === 0 ? `${count} generated files are up to date.` : lines.join('\n'));
    return 0;
  }
  if (lines.length === 0) {
    console.log(`${count} generated files are in sync with ${source}.`);
    return 0;
  }
  console.error(`Generated code is out of sync with ${source}:\n${lines.join('\n')}\nTo fix it: ${command}`);
  return 1;
}

/** Generates anew after each change of the document, until the process is ended. */
async function watchApi(api: ApiTarget): Promise<void> {
  const { document } = api;
  watchDocument(document, await loadDocument(document), {
    onLoad: () => generate(api, false).then(() => {}, report),
    onError: ({ message }) => console.error(message),
  });
  console.log(`Watching ${document}; Ctrl+C ends it.`);
  // A watch keeps no process alive by itself.
  setInterval(() => {}, 2 ** 30);
}

/** Prints what a run failed by. */
function report(error: unknown): void {
  if (error instanceof GenerateError || error instanceof DocumentError) {
    console.error(`${error.message}\n\nNothing was written.`);
  } else if (isMistyped(error)) {
    console.error(`${error.message}\n${usage}`);
  } else throw error;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = 1;
  report(error);
}
