import { nameOnNode24 } from './node-24.js';

/** Prints one line for each result of a bench, beside it that on Node 24 where there is one, and what is wanted of it. */
export function printResults(bench: string, results: Record<string, number>, wanted: Record<string, string>): void {
  const beside = new Set(Object.keys(results).map(nameOnNode24));
  for (const [name, value] of Object.entries(results).filter(([name]) => !beside.has(name))) {
    const other = results[nameOnNode24(name)];
    const columns = `${format(value).padStart(8)}${other === undefined ? '' : `  on Node 24 ${format(other).padStart(8)}`}`;
    console.log(
      `${bench}: ${name.padEnd(20)} ${columns}${wanted[name] === undefined ? '' : `  (${wanted[name]} wanted)`}`,
    );
  }
}

function format(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}
