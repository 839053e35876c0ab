import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where the errors of ours say that they are described. */
const page = 'https://nexconn-kit.github.io/nexconn-kit/errors.html';

/** One entry of a file of `spec/errors/`. */
export interface ErrorEntry {
  readonly code: string | number;
  /** The class, where it is not the base of its package. */
  readonly class?: string;
  readonly httpStatus?: number;
  /** Whether the same call may succeed later, unchanged; a text where that depends. */
  readonly retryable: boolean | string;
  readonly meaning: string;
  readonly cause?: string;
  readonly remedy: string;
}

/** What an example is made of: an error, or an answer that stands for one. */
export interface ErrorExample {
  readonly code: string | number;
  /** As the page shows it. */
  readonly text: string;
  /** Whether it says itself that it is retryable; undefined where nothing says so. */
  readonly retryable?: boolean | undefined;
}

type Outcome = ErrorExample | Error | readonly (ErrorExample | Error)[];

/**
 * Declares the tests of a file of `spec/errors/`: it has an entry for each code and no other, each entry says the class and whether
 * to retry as the code does, and the example of the page is what the code says. Of an error that `makers` returns or throws,
 * the address of its page is looked at as well.
 *
 * @param codes Those that the package exports, as `codesOf` reads them.
 * @param retryableOf Whether an error says itself that it is retryable.
 */
export function describeErrors(
  area: string,
  codes: readonly (string | number)[],
  makers: Readonly<Record<string, () => unknown>>,
  retryableOf: (error: Error) => boolean | undefined = () => undefined,
): void {
  const examples: Record<string, string[]> = {};
  const entries = readEntries(area);

  describe(`spec/errors/${area}.yaml`, () => {
    it('has an entry and an example for each code, and no other', () => {
      const named = entries.map(({ code }) => `${code}`);
      expect(named.toSorted()).toEqual([...new Set(codes.map(String))].sort());
      expect(Object.keys(makers).sort()).toEqual(named.toSorted());
      const shown = readFileSync(join(root, 'packages/docs/site/errors.md'), 'utf8');
      expect(named.filter((code) => !shown.includes(` {#${area}-${code}}\n`))).toEqual([]);
    });

    it.each(entries)('says of $code what is so', async (entry) => {
      const outcomes = await outcomesOf(makers[entry.code] as () => unknown);
      const shown = outcomes.map((each) => (each instanceof Error ? exampleOf(each, area, entry, retryableOf) : each));
      examples[entry.code] = [...new Set(shown.map(({ text }) => withoutChance(text)))];
      expect(shown.map(({ code }) => code)).toEqual(shown.map(() => entry.code));
      if (entry.httpStatus)
        for (const { text } of shown) expect(text).toMatch(new RegExp(`^HTTP ${entry.httpStatus}\\n`));
      const said = new Set(shown.flatMap(({ retryable }) => retryable ?? []));
      // What depends has an example of each kind, unless no error says which it is.
      const isMixed = typeof entry.retryable === 'string' && said.size > 0;
      const told = typeof entry.retryable === 'boolean' ? [entry.retryable] : isMixed ? [...said] : [];
      expect([...said]).toEqual(said.size === 0 ? [] : told);
      if (said.size === 0) expect(entry.retryable).not.toBe(true);
    });

    it('has the examples of the page from these', async () => {
      const inOrder = Object.fromEntries(entries.map(({ code }) => [code, examples[code]]));
      const text = `${JSON.stringify(inOrder, null, 2)}\n`;
      // Other words are taken over by `npx vitest run --project … errors -u`, and reach the page by `npm run generate`.
      await expect(text).toMatchFileSnapshot(join(root, `spec/errors/examples/${area}.gen.json`));
    });
  });
}

/** Returns the members of a union of texts that a source file exports. */
export function codesOf(path: string, type: string): string[] {
  const [, union = ''] =
    new RegExp(`^export type ${type} =([^;]+);$`, 'm').exec(readFileSync(join(root, path), 'utf8')) ?? [];
  const members = [...union.matchAll(/'([^']+)'/g)].map(([, member]) => `${member}`);
  if (members.length === 0) throw new Error(`${path} has no union of texts ${type}.`);
  return members;
}

/** Returns the values of `enum` of a schema of `spec/`. */
export function enumOf(path: string): string[] {
  return (parse(readFileSync(join(root, path), 'utf8')) as { enum: string[] }).enum;
}

/** Returns the entries of a file of `spec/errors/`. */
export function readEntries(area: string): readonly ErrorEntry[] {
  const read = (path: string): unknown => parse(readFileSync(join(root, path), 'utf8'));
  // The catalogue of the API stands in its document.
  if (area === 'api') return read('spec/nexconn/error-codes.yaml') as ErrorEntry[];
  return (read(`spec/errors/${area}.yaml`) as { errors: ErrorEntry[] }).errors;
}

async function outcomesOf(make: () => unknown): Promise<readonly (ErrorExample | Error)[]> {
  const outcome = await Promise.resolve()
    .then(make)
    .catch((error: unknown) => error);
  return [outcome as Outcome].flat();
}

function exampleOf(
  error: Error,
  area: string,
  entry: ErrorEntry,
  retryableOf: (error: Error) => boolean | undefined,
): ErrorExample {
  const { code, docUrl } = error as Error & { code: string; docUrl?: string };
  if (docUrl === undefined) throw error;
  expect(docUrl).toBe(`${page}#${area}-${code}`);
  // It would fill logs.
  expect(Object.keys(error)).not.toContain('docUrl');
  if (entry.class !== undefined) expect(error.constructor.name).toBe(entry.class);
  return { code, text: `${error.name}: ${error.message}`, retryable: retryableOf(error) };
}

/** Returns a text without what is another one in each run: ports, times and the folders that `temporaryFolder` makes. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/(127\.0\.0\.1:|Port )\d{4,5}\b/g, (_, before) => `${before}4010`)
    .replaceAll(/\b(about|in|another) \d+ ms\b/g, '$1 1000 ms')
    .replaceAll(/\/[\w./-]*\/errors-\w{6}/g, '/srv');
}
