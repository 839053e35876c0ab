import { stringify } from 'yaml';
import type { OutputFile, ResolvedDocument } from '../types.js';
import { header } from '../typescript/header.js';

/** `document.gen.ts`, `openapi.gen.json` and `openapi.gen.yaml`: the bundled document, three times the same. */
export function documentOutput({ home, source, bundle }: ResolvedDocument): OutputFile[] {
  const json = JSON.stringify(bundle, null, 2);
  const script = [
    `import type { OpenApiDocument } from '${home.types}';`,
    '',
    '/** The bundled OpenAPI document; every `$ref` in it is local. */',
    `export const document: OpenApiDocument = ${json};`,
    '',
  ].join('\n');
  const yamlHeader = header({ source, home }).replaceAll('//', '#').trimEnd();
  const yaml = stringify(bundle, { aliasDuplicateObjects: false, lineWidth: 0 });
  return [
    { path: `${home.folder}/document.gen.ts`, content: `${header({ source, home })}${script}` },
    { path: `${home.folder}/openapi.gen.json`, content: `${json}\n` },
    { path: `${home.folder}/openapi.gen.yaml`, content: `${yamlHeader}\n\n${yaml}` },
  ];
}
