import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareReleased } from './released/compare-released.js';
import { judgeChanges } from './released/judge-changes.js';
import { keepReleased } from './released/released-documents.js';

const here = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { root: { type: 'string', default: here }, keep: { type: 'boolean', default: false } },
});
const root = resolve(values.root);
if (values.keep) {
  console.log(`Kept as released: ${(await keepReleased(root)).join(', ')}.`);
} else {
  const { isRefused, lines } = await judgeChanges(root, await compareReleased(root));
  (isRefused ? console.error : console.log)(lines.join('\n'));
  process.exitCode = isRefused ? 1 : 0;
}
