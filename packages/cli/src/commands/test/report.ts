import type { ContractReport, OperationReport } from '../../contract-test/types.js';
import { printable } from '../../terminal/terminal.js';

/** How a report is printed. */
export const reports: Readonly<Record<'text' | 'junit' | 'json', (report: ContractReport) => string>> = {
  text: asText,
  junit: asJUnit,
  json: (report) => `${JSON.stringify(report)}\n`,
};

function asText({ title, url, seed, operations }: ContractReport): string {
  const faults = operations.reduce((sum, each) => sum + each.faults.length, 0);
  const width = Math.max(0, ...operations.map(({ operationId }) => operationId.length));
  const lines = [
    `${printable(title)} at ${url}, seed ${seed}`,
    '',
    ...operations.flatMap((operation) => linesOf(operation, width)),
    '',
    `${plural(operations.length, 'operation')}, ${plural(faults, 'fault')}.`,
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf(operation: OperationReport, width: number): string[] {
  const { operationId, method, path, faults, note } = operation;
  const head = `${faults.length === 0 ? 'ok   ' : 'FAULT'}  ${operationId.padEnd(width)}  ${method} ${path}`;
  return [
    printable(head),
    `       ${countsOf(operation)}`,
    ...(note === undefined ? [] : [`       ${note}`]),
    ...faults.flatMap(({ kind, message, request, answer }) => [
      `       ${kind}: ${printable(message)}`,
      `         ${printable(request)}`,
      `         → ${printable(answer)}`,
    ]),
  ];
}

function countsOf({ valid, invalid }: OperationReport): string {
  return `${valid.accepted} of ${valid.sent} valid accepted, ${invalid.refused} of ${invalid.sent} invalid refused`;
}

/** As those who run tests read it: a suite, in which an operation is a case. */
function asJUnit({ title, seed, operations }: ContractReport): string {
  const failed = operations.filter(({ faults }) => faults.length > 0).length;
  const cases = operations.map((operation) => {
    const { operationId, method, path, faults, note } = operation;
    const failures = faults.map(
      ({ kind, message, request, answer }) =>
        `    <failure type="${kind}" message="${toXml(message)}">${toXml(`${request}\n${answer}`)}</failure>\n`,
    );
    const said = toXml([countsOf(operation), ...(note === undefined ? [] : [note])].join('\n'));
    return `  <testcase classname="${toXml(title)}" name="${toXml(`${operationId}: ${method} ${path}`)}">\n${failures.join('')}    <system-out>${said}</system-out>\n  </testcase>\n`;
  });
  const head = `<testsuite name="${toXml(title)}" tests="${operations.length}" failures="${failed}" errors="0">`;
  const properties = `  <properties><property name="seed" value="${seed}"/></properties>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${properties}\n${cases.join('')}</testsuite>\n`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** XML has no word for most control characters. */
function toXml(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replaceAll(/[&<>"]/g, (character) => entities[character] ?? ''))
    .join('&#10;');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
