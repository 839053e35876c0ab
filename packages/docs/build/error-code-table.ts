import type { ErrorCode } from './types.js';

/** The error catalogue as a Markdown table; three columns, since more do not fit a phone. */
export function errorCodeTable(errorCodes: ErrorCode[]): string {
  const rows = errorCodes.map(({ code, name, httpStatus, retryable, meaning, remedy }) =>
    row([`${code} ${name}`, `${httpStatus}`, `${meaning} ${remedy}${retryable ? ' Retryable.' : ''}`]),
  );
  return [row(['Code', 'HTTP', 'Meaning and remedy']), '|---|---|---|', ...rows].join('\n');
}

function row(cells: string[]): string {
  return `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
