import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Keeps 20,000 objects alive and makes new ones, as a busy server does. */
const program = `
  const { keepYoungGenerationSmall, youngGenerationBytes } = await import(process.argv[1]);
  keepYoungGenerationSmall();
  const kept = [];
  let largest = 0;
  for (let made = 0; made < 2e6; made += 1) {
    kept[made % 20000] = { made };
    if (made % 2000 > 0) continue;
    largest = Math.max(largest, youngGenerationBytes());
    await new Promise(setImmediate);
  }
  console.log(largest / 1024 / 1024);
`;

test('the young generation of a busy process stops growing at a quarter of what Node lets it have', () => {
  const args = [
    '--import',
    import.meta.resolve('tsx'),
    '--max-semi-space-size=16',
    '--input-type=module',
    '-e',
    program,
  ];
  const module = new URL('./young-generation.ts', import.meta.url).href;
  const megabytes = Number(execFileSync(process.execPath, [...args, module], { encoding: 'utf8' }));
  expect(megabytes).toBeGreaterThan(0);
  expect(megabytes).toBeLessThanOrEqual(16);
});

test('the command starts by a line that BusyBox and Windows understand as well', () => {
  const [first] = readFileSync(new URL('../bin.ts', import.meta.url), 'utf8').split('\n');
  expect(first).toBe('#!/usr/bin/env node');
});
