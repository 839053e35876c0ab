import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';

/** `index.gen.ts`: everything of one document; the entry of the package that it belongs to passes it on. */
export function entryOutput({ home, source, isOwnServer }: ResolvedDocument): OutputFile[] {
  const lines = [
    "export * from './document.gen.js';",
    "export * from './error-catalogue.gen.js';",
    ...(isOwnServer ? ["export type * from './methods.gen.js';"] : []),
    "export * from './operations.gen.js';",
    "export type * from './types.gen.js';",
    ...(isOwnServer ? [] : ["export * from './result-validators.gen.js';"]),
    ...(isOwnServer ? ["export * from './standard-schemas.gen.js';"] : []),
    "export * from './validators.gen.js';",
    '',
  ];
  const path = `${home.folder}/index.gen.ts`;
  return [{ path, content: `${header({ source, home })}${lines.join('\n')}` }];
}
