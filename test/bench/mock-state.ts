import { runMockBench } from './mock/run-mock-bench.js';

/** Compares a mock that has issued a million tokens with one that has issued next to none. */
export async function benchMockState(): Promise<Record<string, number>> {
  const result = await runMockBench('mock-state.ts');
  console.log(`mock-state: ${result.tokens?.toLocaleString('en')} tokens of as many users`);
  console.log(`  RSS          ${result.rssBeforeMb} MB before, ${result.rssMb} MB after`);
  console.log(`  state alone  ${result.issueFirstUs} µs an issue at first, ${result.issueLastUs} µs at last`);
  console.log(`  a request    ${result.requestRatio} times that of a fresh mock`);
  return result;
}
