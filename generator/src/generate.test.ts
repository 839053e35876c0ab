import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { bundleFlags, bundleSources } from '../../test/support/bundle-sources.js';
import { makeScratch } from '../test/support/make-scratch.js';

const contract = 'packages/contract/src/generated/zoo';
const client = 'packages/client/src/generated/zoo';

describe('npm run generate', () => {
  test('writes every output, and the same bytes in another place', async () => {
    await using one = await makeScratch('zoo');
    await using other = await makeScratch('zoo');

    const [first] = await Promise.all([one.generate(), other.generate()]);

    expect(first).toMatchObject({ exitCode: 0 });
    const files = await one.snapshot();
    expect(Object.keys(files).filter((path) => path.startsWith('packages/'))).toEqual([
      `${client}/methods.gen.ts`,
      `${client}/tables.gen.ts`,
      `${contract}/checks.gen.ts`,
      `${contract}/document.gen.ts`,
      `${contract}/error-catalogue.gen.ts`,
      `${contract}/index.gen.ts`,
      `${contract}/openapi.gen.json`,
      `${contract}/openapi.gen.yaml`,
      `${contract}/operations.gen.ts`,
      `${contract}/result-validators.gen.ts`,
      `${contract}/standard-schemas.gen.ts`,
      `${contract}/types.gen.ts`,
      `${contract}/validators.gen.ts`,
    ]);
    expect(await other.snapshot()).toEqual(files);
  });

  test('names in each file the source, the command and the file to edit, and no date or version', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.generate();
    for (const [path, content] of Object.entries(await scratch.snapshot())) {
      if (!path.startsWith('packages/') || path.endsWith('.json')) continue;
      const [first = '', second = ''] = content.split('\n');
      expect(first, path).toContain('Generated from spec/zoo/openapi.yaml by `npm run generate`');
      expect(second, path).toContain('edit spec/zoo/openapi.yaml');
      expect(first + second, path).not.toMatch(/\d/);
    }
  });

  test('leaves up-to-date files alone and removes generated files that no document asks for', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.generate();
    const before = await scratch.snapshot();
    await scratch.write(`${contract}/old.gen.ts`, 'export {};');
    await scratch.write('packages/contract/src/generated/gone/types.gen.ts', 'export {};');

    const second = await scratch.generate();

    expect(second.output).toContain(`stray    ${contract}/old.gen.ts`);
    expect(await scratch.snapshot()).toEqual(before);
    expect((await scratch.generate()).output).toContain('up to date');
  });

  test('changes no file when it fails, and prints no stack trace', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.generate();
    await scratch.write(
      'spec/zoo/schemas/base.yaml',
      'type: object\nproperties:\n  name: {type: string, x-max-bytes: 0}\n',
    );
    await scratch.write('spec/second/openapi.yaml', 'openapi: 3.1.0\ninfo: {title: Two, version: 1.0.0}\npaths: {}\n');
    await scratch.write(`${contract}/old.gen.ts`, 'export {};');
    const before = await scratch.snapshot();

    const { exitCode, output } = await scratch.generate();

    expect(exitCode).toBe(1);
    expect(output).toContain('spec/zoo/schemas/base.yaml:3:24  #/properties/name/x-max-bytes');
    expect(output).toContain('Nothing was written.');
    expect(output).not.toMatch(/\n\s+at /);
    expect(await scratch.snapshot()).toEqual(before);
  });

  test('refuses to touch a hand-written file in a generated folder', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.write(`${contract}/mine.ts`, 'export {};');
    const before = await scratch.snapshot();

    const { exitCode, output } = await scratch.generate();

    expect(exitCode).toBe(1);
    expect(output).toContain(`${contract}/mine.ts`);
    expect(await scratch.snapshot()).toEqual(before);
  });

  test('puts every file back when one of them cannot be swapped in', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.generate();
    await scratch.write(`${contract}/types.gen.ts`, 'export {};');
    await scratch.remove(`${contract}/document.gen.ts`);
    await scratch.remove(`${client}/methods.gen.ts`);
    await scratch.write(`${client}/methods.gen.ts/in-the-way.gen.ts`, 'export {};');
    const before = await scratch.snapshot();

    const { exitCode, output } = await scratch.generate();

    expect(exitCode).toBe(1);
    expect(output).toContain(`${client}/methods.gen.ts\n  This file cannot be written`);
    expect(output).toContain('Nothing was written.');
    expect(await scratch.snapshot()).toEqual(before);
  });

  test('fills the tables of a README and leaves the rest of it alone', async () => {
    await using scratch = await makeScratch('zoo');
    const readme =
      '# Zoo\n<!-- generated:operations -->\nold\n<!-- /generated -->\nmiddle\n<!-- generated:limits zoo -->\n';
    await scratch.write('packages/contract/README.md', `${readme}<!-- /generated -->\nend\n`);
    await scratch.generate();

    const filled = await scratch.read('packages/contract/README.md');
    expect(filled).toMatch(/^# Zoo\n<!-- generated:operations -->\n\n\| operation /);
    expect(filled).toContain('| `ping` | `GET /ping` | Ask whether it is there |');
    expect(filled).toContain('<!-- /generated -->\nmiddle\n<!-- generated:limits zoo -->');
    expect(filled).toContain('| `addAnimal` | `name` | yes | 1 to 10 characters; matches `^[a-z]+$` |');
    expect(filled).not.toContain('old');

    await scratch.write('README.md', '<!-- generated:operations -->\n');
    const { output } = await scratch.generate();
    expect(output).toContain('README.md:1:1');
    expect(output).toContain('<!-- /generated -->');
  });

  test('writes what spec/errors says of an error, under an anchor of its own, and refuses one that lacks something', async () => {
    await using scratch = await makeScratch('zoo');
    const entry = '{code: GONE, retryable: false, meaning: It is gone., cause: Somebody., remedy: Wait.}';
    await scratch.write('spec/errors/keeper.yaml', `order: 1\ntitle: Keeper\nintro: Thrown.\nerrors: [${entry}]\n`);
    await scratch.write('spec/errors/examples/keeper.gen.json', '{"GONE": ["KeeperError: Gone."]}');
    await scratch.write('packages/docs/site/errors.md', '<!-- generated:error-page -->\n<!-- /generated -->\n');
    expect(await scratch.generate()).toMatchObject({ exitCode: 0 });

    const section =
      '### GONE {#keeper-GONE}\n\nRetry: no\n\nIt is gone.\n\n**Cause:** Somebody.\n\n**What to do:** Wait.';
    const page = await scratch.read('packages/docs/site/errors.md');
    expect(page).toContain(`## Keeper {#keeper}\n\nThrown.\n\n${section}\n\n\`\`\`text\nKeeperError: Gone.\n\`\`\``);

    await scratch.write('spec/errors/examples/keeper.gen.json', '{}');
    expect((await scratch.generate()).output).toContain('spec/errors/keeper.yaml\n  The error GONE lacks');
  });

  test('writes the options of a README from their docstrings, and refuses one without a default', async () => {
    await using scratch = await makeScratch('zoo');
    const source = (standard: string) =>
      `export interface FeedOptions {\n  /** Whom to feed. */\n  readonly animal: string | null;\n  /** How often, in hours.${standard} */\n  readonly everyHours?: number | undefined;\n}\n`;
    await scratch.write('packages/zoo/src/types.ts', source(' Default: 8.'));
    await scratch.write('packages/zoo/README.md', '<!-- generated:options zoo.FeedOptions -->\n<!-- /generated -->\n');
    expect(await scratch.generate()).toMatchObject({ exitCode: 0 });
    const filled = await scratch.read('packages/zoo/README.md');
    expect(filled).toContain('| `animal` | `string \\| null` | required | Whom to feed. |');
    expect(filled).toContain('| `everyHours` | `number` | 8 | How often, in hours. |');

    await scratch.write('packages/zoo/src/types.ts', source(''));
    const { output } = await scratch.generate();
    expect(output).toContain('packages/zoo/src/types.ts:5:3\n  everyHours has no docstring that says its default.');
  });

  test('as a process of its own answers a mistyped option with its usage, and ends with 1', async () => {
    const command = await bundleSources(new URL('./generate.ts', import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [...bundleFlags, command, '--chekc'], {
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: npm run generate');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('npm run generate -- --check', () => {
  test('is content with what generate wrote', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.generate();
    expect(await scratch.generate('--check')).toMatchObject({ exitCode: 0 });
  });

  test('finds an edited, a missing, an untracked and a README difference, and writes nothing', async () => {
    await using scratch = await makeScratch('zoo');
    await scratch.write('README.md', '<!-- generated:operations -->\n<!-- /generated -->\n');
    await scratch.generate();
    await scratch.write('README.md', '<!-- generated:operations -->\n<!-- /generated -->\n');
    await scratch.write(`${contract}/types.gen.ts`, `${await scratch.read(`${contract}/types.gen.ts`)}// mine\n`);
    await scratch.remove(`${contract}/document.gen.ts`);
    await scratch.write(`${client}/extra.ts`, 'export {};');
    const before = await scratch.snapshot();

    const { exitCode, output } = await scratch.generate('--check');

    expect(exitCode).toBe(1);
    expect(output).toContain(`changed  ${contract}/types.gen.ts`);
    expect(output).toContain('changed  README.md');
    expect(output).toContain(`new      ${contract}/document.gen.ts`);
    expect(output).toContain(`stray    ${client}/extra.ts`);
    expect(output).toContain('To fix it: npm run generate');
    expect(await scratch.snapshot()).toEqual(before);
  });
});
