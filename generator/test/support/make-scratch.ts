import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runGenerate } from '../../src/run-generate.js';

/** A folder that stands in for the repository. */
export interface Scratch {
  root: string;
  write(path: string, content: string): Promise<void>;
  read(path: string): Promise<string>;
  remove(path: string): Promise<void>;
  /** Every file and its content. */
  snapshot(): Promise<Record<string, string>>;
  /** Runs the generate command in this process, which has loaded already what a process of its own would take a second for. */
  generate(...args: string[]): Promise<{ exitCode: number; output: string }>;
  [Symbol.asyncDispose](): Promise<void>;
}

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** Creates an empty repository with lint rules that any document keeps; `fixture` names a document to begin with. */
export async function makeScratch(fixture?: string): Promise<Scratch> {
  const root = await mkdtemp(join(tmpdir(), 'generator-test-'));
  const at = (path: string): string => join(root, path);

  async function write(path: string, content: string): Promise<void> {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  }

  await write(
    'spec/redocly.yaml',
    'extends: [minimal]\nrules: {no-empty-servers: off, operation-summary: off, security-defined: off}\n',
  );
  if (fixture !== undefined) await cp(join(fixtures, fixture), at(`spec/${fixture}`), { recursive: true });

  return {
    root,
    write,
    read: (path) => readFile(at(path), 'utf8'),
    remove: (path) => rm(at(path), { recursive: true }),
    async snapshot() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const files = paths.sort().map(async (path) => [path.slice(root.length + 1), await readFile(path, 'utf8')]);
      return Object.fromEntries(await Promise.all(files));
    },
    async generate(...args) {
      const lines: string[] = [];
      const print = (line: string): void => void lines.push(`${line}\n`);
      const exitCode = await runGenerate(['--root', root, ...args], { log: print, error: print });
      return { exitCode, output: lines.join('') };
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}
