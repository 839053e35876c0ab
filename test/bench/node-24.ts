import { existsSync } from 'node:fs';
import { install } from '../runtimes/install.js';
import { node24 } from '../runtimes/installed.js';

const suffix = 'OnNode24';

/** Returns the program of Node 24; `undefined` where there is none, or where the bench itself runs on it. */
export function findNode24(): string | undefined {
  if (process.versions.node.startsWith('24.')) return undefined;
  const problem = existsSync(node24) ? '' : install();
  if (existsSync(node24)) return node24;
  console.warn(`Nothing was measured on Node 24. ${problem}`);
  return undefined;
}

/** Returns figures under the names of those that Node 24 gave. */
export function onNode24(figures: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name + suffix, value]));
}

/** Returns the name of the figure that was measured on Node 24 as this one was on the Node of the bench. */
export function nameOnNode24(name: string): string {
  return name + suffix;
}
