import { asObject } from '../json/references.js';
import type { JsonObject } from '../json/types.js';
import type { ErrorCodeEntry } from './types.js';

const marker = /<!-- generated:error-codes -->[\s\S]*?<!-- \/generated -->/;

/** Returns the document as it is published: the table of its error codes stands in its description, where the marker is. */
export function withErrorCodeTable(bundle: JsonObject, errorCodes: readonly ErrorCodeEntry[]): JsonObject {
  const info = asObject(bundle.info);
  if (typeof info.description !== 'string') return bundle;
  const description = info.description.replace(marker, () => errorCodeTable(errorCodes));
  return { ...bundle, info: { ...info, description } };
}

/** Returns the error catalogue as a Markdown table; three columns, since more do not fit a phone. */
function errorCodeTable(errorCodes: readonly ErrorCodeEntry[]): string {
  const rows = errorCodes.map(({ code, name, httpStatus, retryable, meaning, remedy }) =>
    row([`${code} ${name}`, `${httpStatus}`, `${meaning} ${remedy}${retryable ? ' Retryable.' : ''}`]),
  );
  return [row(['Code', 'HTTP', 'Meaning and remedy']), '|---|---|---|', ...rows].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.trim().replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')).join(' | ')} |`;
}
