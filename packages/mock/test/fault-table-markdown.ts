import { faultTable } from '../src/faults/fault-table.js';
import { magicPrefix } from '../src/faults/parse-fault.js';

const start = '<!-- faults -->';
const end = '<!-- /faults -->';

/** Returns the README with the table of faults as the code has it. */
export function withFaultTable(readme: string): string {
  const [before, rest = ''] = readme.split(start, 2);
  const [, after] = rest.split(end, 2);
  if (after === undefined) throw new Error(`The README has no ${start} and ${end}.`);
  return `${before}${start}\n\n${faultTableMarkdown()}\n\n${end}${after}`;
}

function faultTableMarkdown(): string {
  const rows = Object.entries(faultTable).map(([kind, { headerExample, magicExample, seen, issued }]) => [
    `\`${kind}\``,
    `\`${headerExample}\``,
    `\`${magicPrefix}${magicExample}\``,
    seen,
    issued,
  ]);
  const head = ['kind', '`X-Mock-Fault`', '`userId`', 'what the caller sees', 'token issued'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
