import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GenerateError } from '../errors.js';
import { optionRows } from './option-table.js';

const source = `
export type Hour = 'morning' | 'evening';

type Kept = 'name' | 'age';

interface Animal {
  /** Its name. Default: none. */
  readonly name?: string | undefined;
  /** Its age. Default: 1. */
  readonly age?: number;
  readonly zoo?: string;
}

export interface Food<Kind extends string> {
  /** What it eats. */
  readonly kind: Kind;
  /** How much. Default: 2. */
  readonly much?: (grams: Kind) => void;
}

export type FeedOptions = Pick<Animal, Kept> & (
  | {
      /** By hand. */
      readonly hand: string;
      readonly machine?: never;
    }
  | (Food<string> & {
      /** By machine. */
      readonly machine: string;
      readonly hand?: undefined;
    })
) &
  Omit<
    {
      /** When. Default: \`morning\`. */
      readonly hour?: Hour;
      readonly day?: string;
    },
    'day'
  >;

export interface WeighOptions extends Pick<Animal, 'name'> {
  /** On what. */
  readonly scales: string | null;
}

export type SoldOptions = SoldOptions & {
  /** For how much. */
  readonly price: number;
};
`;

async function rowsOf(type: string): Promise<string[][]> {
  const root = await mkdtemp(join(tmpdir(), 'option-table-'));
  await mkdir(join(root, 'packages/zoo/src'), { recursive: true });
  await writeFile(join(root, 'packages/zoo/src/types.ts'), source);
  return optionRows(root, `zoo.${type}`).slice(1);
}

describe('optionRows', () => {
  test('has those required first, and says of each way to pass the options what stands for it elsewhere', async () => {
    expect(await rowsOf('FeedOptions')).toEqual([
      ['`hand`', '`string`', 'required, or `kind` with `machine`', 'By hand.'],
      ['`kind`', '`string`', 'required, or `hand`', 'What it eats.'],
      ['`machine`', '`string`', 'required, or `hand`', 'By machine.'],
      ['`name`', '`string`', 'none', 'Its name.'],
      ['`age`', '`number`', '1', 'Its age.'],
      ['`much`', '`(grams: string) => void`', '2', 'How much.'],
      ['`hour`', "`'morning' | 'evening'`", '`morning`', 'When.'],
    ]);
  });

  test('has what an interface inherits after its own', async () => {
    expect(await rowsOf('WeighOptions')).toEqual([
      ['`scales`', '`string | null`', 'required', 'On what.'],
      ['`name`', '`string`', 'none', 'Its name.'],
    ]);
  });

  test('ends at a type that leads to itself', async () => {
    expect(await rowsOf('SoldOptions')).toEqual([['`price`', '`number`', 'required', 'For how much.']]);
  });

  test('refuses a type that no source has', async () => {
    const refused = rowsOf('Nothing');
    await expect(refused).rejects.toBeInstanceOf(GenerateError);
    await expect(refused).rejects.toThrow('No source has options Nothing.');
  });
});
