import { faultTable } from '../src/faults/fault-table.js';
import { magicPrefix } from '../src/faults/parse-fault.js';

/** The page of the documentation that has the table. */
export const guidePath: URL = new URL('../../docs/site/guides/what-the-mock-answers.md', import.meta.url);

const start = '<!-- faults -->';
const end = '<!-- /faults -->';

/** Returns the guide with the table of faults as the code has it. */
export function withFaultTable(guide: string): string {
  const [before, rest = ''] = guide.split(start, 2);
  const [, after] = rest.split(end, 2);
  if (after === undefined) throw new Error(`The guide has no ${start} and ${end}.`);
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
