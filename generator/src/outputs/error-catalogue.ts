import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';
import { toLiteral } from '../typescript/literal.js';

/** `error-catalogue.gen.ts`: every business code with its name, status, meaning and remedy. */
export function errorCatalogueOutput({ home, source, errorCodes }: ResolvedDocument): OutputFile[] {
  const codes = [...new Set(errorCodes.map(({ code }) => code))];
  const entries = errorCodes.map((entry) => {
    const { name, code, httpStatus, retryable, meaning, remedy } = entry;
    const fields = Object.entries({ name, code, httpStatus, retryable, meaning, remedy });
    return `  ${name}: {\n${fields.map(([key, value]) => `    ${key}: ${toLiteral(value)},\n`).join('')}  },\n`;
  });
  const sections = [
    `import type { ErrorCatalogueEntry } from '${home.types}';`,
    `/** The name of every error. */\nexport type ErrorName = ${union(errorCodes.map((entry) => toLiteral(entry.name)))};`,
    `/** The business code of every error. */\nexport type ErrorCode = ${union(codes.map(String))};`,
    `/** Every error by its name. */\nexport const errorCatalogue: Readonly<Record<ErrorName, ErrorCatalogueEntry>> = {${entries.length === 0 ? '' : `\n${entries.join('')}`}};`,
  ];
  const path = `${home.folder}/error-catalogue.gen.ts`;
  return [{ path, content: `${header({ source, home })}${sections.join('\n\n')}\n` }];
}

function union(types: readonly string[]): string {
  return types.length === 0 ? 'never' : types.join(' | ');
}
