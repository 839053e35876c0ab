import { DocumentError, loadDocument, watchDocument } from '@nexconn-kit/document';
import type { ApiTarget } from './api-parts.js';
import { GenerateError } from './errors.js';
import { generatedFolders } from './find-documents.js';
import { describeDifferences, describeWarnings, generateApi, pathsOf } from './generate-api.js';
import { makeOutputs } from './make-outputs.js';
import { isMistyped, readArguments, usage } from './read-arguments.js';
import { compareOutputs, type Target, writeOutputs } from './write-outputs.js';

/** Where the command prints: what it did, and what was wrong. */
export type Output = Pick<Console, 'log' | 'error'>;

/**
 * Generates everything of this repository, or the code of one document; returns the exit code.
 * What somebody wrote wrong is printed, a fault of our own is thrown.
 */
export async function runGenerate(args: string[], output: Output): Promise<number> {
  try {
    const { check, watch, root, api } = readArguments(args);
    if (api === undefined) return await generateRepository(root, check, output);
    const code = await generate(api, check, output);
    if (watch) await watchApi(api, output);
    return code;
  } catch (error) {
    report(error, output);
    return 1;
  }
}

async function generateRepository(root: string, check: boolean, output: Output): Promise<number> {
  const target: Target = { folders: generatedFolders, isShared: false };
  const outputs = await makeOutputs(root);
  const differences = await compareOutputs(root, outputs, target);
  if (!check) await writeOutputs(root, differences, target);
  const words = { check, count: outputs.length, source: 'the spec', command: 'npm run generate' };
  return print(pathsOf(differences), words, output);
}

async function generate(api: ApiTarget, check: boolean, output: Output): Promise<number> {
  const generated = await generateApi({ ...api, check });
  const { files, command } = generated;
  for (const line of describeWarnings(generated)) output.error(line);
  return print(generated, { check, count: files.length, source: api.document, command }, output);
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
function print(differences: ReturnType<typeof pathsOf>, words: Words, output: Output): number {
  const { check, count, source, command } = words;
  const lines = describeDifferences(differences);
  if (!check) {
    output.log(lines.length === 0 ? `${count} generated files are up to date.` : lines.join('\n'));
    return 0;
  }
  if (lines.length === 0) {
    output.log(`${count} generated files are in sync with ${source}.`);
    return 0;
  }
  output.error(`Generated code is out of sync with ${source}:\n${lines.join('\n')}\nTo fix it: ${command}`);
  return 1;
}

/** Generates anew after each change of the document, until the process is ended. */
async function watchApi(api: ApiTarget, output: Output): Promise<void> {
  const { document } = api;
  watchDocument(document, await loadDocument(document), {
    onLoad: () =>
      generate(api, false, output).then(
        () => {},
        (error) => report(error, output),
      ),
    onError: ({ message }) => output.error(message),
  });
  output.log(`Watching ${document}; Ctrl+C ends it.`);
  // A watch keeps no process alive by itself.
  setInterval(() => {}, 2 ** 30);
}

/** Prints what a run failed by. */
function report(error: unknown, output: Output): void {
  if (error instanceof GenerateError || error instanceof DocumentError) {
    output.error(`${error.message}\n\nNothing was written.`);
  } else if (isMistyped(error)) {
    output.error(`${error.message}\n${usage}`);
  } else throw error;
}
