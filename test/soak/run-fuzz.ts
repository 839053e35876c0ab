import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.js';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { seed: { type: 'string' } } });
const count = Number(positionals[0] ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const startedAt = performance.now();
let nextNote = 50_000;

console.log(`Sending ${count} fuzzed requests; again with: npm run fuzz -- ${count} --seed ${seed}`);
const report = await fuzz({
  count,
  seed,
  progress: (sent) => {
    if (sent < nextNote) return;
    nextNote += 50_000;
    console.log(`${sent} sent, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  },
});
for (const failure of report.failures) console.error(failure);
const seconds = Math.round((performance.now() - startedAt) / 1000);
console.log(JSON.stringify({ ...report, failures: report.failures.length, seed, seconds }));
process.exitCode = report.failures.length === 0 ? 0 : 1;
