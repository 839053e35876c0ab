import { DocumentError, loadDocument, watchDocument } from '@nexconn-kit/document';
import { type ApiTarget, commandFor } from './api-parts.js';
import { GenerateError } from './errors.js';
import { makeApi } from './make-api.js';
import { makeOutputs } from './make-outputs.js';
import { isMistyped, readArguments, usage } from './read-arguments.js';
import { compareOutputs, type Differences, repositoryTarget, type Target, writeOutputs } from './write-outputs.js';

/** What is generated, and where to. */
interface Job {
  readonly root: string;
  readonly target: Target;
  /** What the files have to agree with. */
  readonly source: string;
  readonly command: string;
  readonly make: () => ReturnType<typeof makeOutputs>;
}

/** Generates everything of this repository, or the code of one document; returns the exit code. */
async function run(args: string[]): Promise<number> {
  const { check, watch, root, api } = readArguments(args);
  if (api === undefined) return generate(repositoryJob(root), check);
  const job = apiJob(api);
  const code = await generate(job, check);
  if (watch) await watchApi(api, job);
  return code;
}

function repositoryJob(root: string): Job {
  const make = (): ReturnType<typeof makeOutputs> => makeOutputs(root);
  return { root, target: repositoryTarget, source: 'the spec', command: 'npm run generate', make };
}

function apiJob(api: ApiTarget): Job {
  const root = process.cwd();
  const target = { folders: [api.out], isShared: true };
  return { root, target, source: api.document, command: commandFor(api), make: () => makeApi(root, api) };
}

async function generate({ root, target, source, command, make }: Job, isCheck: boolean): Promise<number> {
  const outputs = await make();
  const differences = await compareOutputs(root, outputs, target);
  const lines = describe(differences);
  if (!isCheck) {
    await writeOutputs(root, differences, target);
    console.log(lines.length === 0 ? `${outputs.length} generated files are up to date.` : lines.join('\n'));
    return 0;
  }
  if (lines.length === 0) {
    console.log(`${outputs.length} generated files are in sync with ${source}.`);
    return 0;
  }
  console.error(`Generated code is out of sync with ${source}:\n${lines.join('\n')}\nTo fix it: ${command}`);
  return 1;
}

/** Generates anew after each change of the document, until the process is ended. */
async function watchApi({ document }: ApiTarget, job: Job): Promise<void> {
  watchDocument(document, await loadDocument(document), {
    onLoad: () => generate(job, false).then(() => {}, report),
    onError: ({ message }) => console.error(message),
  });
  console.log(`Watching ${document}; Ctrl+C ends it.`);
  // A watch keeps no process alive by itself.
  setInterval(() => {}, 2 ** 30);
}

function describe({ changed, missing, stray }: Differences): string[] {
  return [
    ...changed.map(({ path }) => `  changed  ${path}`),
    ...missing.map(({ path }) => `  new      ${path}`),
    ...stray.map((path) => `  stray    ${path}`),
  ];
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
