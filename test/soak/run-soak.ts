import { parseArgs } from 'node:util';
import { soak } from './soak.js';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } });
const seconds = Number(positionals[0] ?? 600);
const seed = Number(values.seed ?? Date.now() % 1_000_000);

console.log(`Soaking a mock for ${seconds} s; again with: npm run soak -- ${seconds} --seed ${seed}`);
const report = await soak({
  rounds: Math.max(5, Math.round(seconds / 5)),
  round: { seconds: Math.min(5, seconds / 5) },
  seed,
  progress: ({ rounds, requests, memory }) => {
    const { heap, rss } = memory.at(-1) ?? {};
    if (rounds % 5 === 0) console.log(`${requests} requests, the mock's heap ${heap} MB, rss ${rss} MB`);
  },
});
for (const failure of report.failures) console.error(failure);
const { memory, failures, ...counts } = report;
console.log(
  JSON.stringify({ ...counts, firstMemory: memory[0], lastMemory: memory.at(-1), failures: failures.length, seed }),
);
process.exitCode = failures.length === 0 ? 0 : 1;
