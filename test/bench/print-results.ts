/** Prints one line for each result of a bench, with what is wanted of it. */
export function printResults(bench: string, results: Record<string, number>, wanted: Record<string, string>): void {
  for (const [name, value] of Object.entries(results)) {
    const aim = wanted[name] === undefined ? '' : `  (${wanted[name]} wanted)`;
    console.log(`${bench}: ${name.padEnd(20)} ${value.toFixed(value < 100 ? 2 : 0).padStart(8)}${aim}`);
  }
}
