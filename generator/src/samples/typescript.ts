import { type LiteralSyntax, literal } from './literals.js';
import { javascriptSyntax } from './node.js';
import type { SampleCall, SampleLanguage } from './types.js';
import { resultComment, sampleHead } from './wording.js';

/** TypeScript and the typed client, which signs, retries and keeps the rate limit. */
export const typescript: SampleLanguage = {
  id: 'typescript',
  title: 'TypeScript',
  highlight: 'typescript',
  extension: 'ts',
  programs: ['node'],
  run: ['npx', 'tsx', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, request } = call;
  const syntax = withFiles(call);
  const method = /^[A-Za-z_$][\w$]*$/.test(operationId) ? `.${operationId}` : `['${operationId}']`;
  const argument = Object.keys(request).length === 0 ? '' : literal(request, syntax, '  ');
  const called = `await nexconn${method}(${argument})`;
  const result = call.printed.length > 0 ? `const { ${call.printed.join(', ')} } = ${called};` : `${called};`;
  const printed = call.printed.map((name) => `  console.log('${name}:', ${name});`);
  const lines = [
    sampleHead('//', 'typescript', call),
    "import { createNexconnClient } from '@nexconn-kit/client';",
    '',
    'try {',
    '  // Reads NEXCONN_APP_KEY, NEXCONN_APP_SECRET and NEXCONN_BASE_URL, or NEXCONN_REGION.',
    '  const nexconn = createNexconnClient();',
    ...resultComment('//', call).map((line) => `  ${line}`),
    `  ${result}`,
    ...(printed.length > 0 ? printed : [`  console.log('${operationId}: done');`]),
    '  await nexconn.close();',
    '} catch (error) {',
    '  // Each error has a code, and says what to do.',
    `  console.error(\`${operationId}: \${error}\`);`,
    '  process.exitCode = 1;',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** A file of a form is given as one. */
function withFiles({ body }: SampleCall): LiteralSyntax {
  const files = body?.kind === 'form' ? body.parts.filter(({ isFile }) => isFile).map(({ name }) => name) : [];
  const { object } = javascriptSyntax;
  const isFile = (key: string): boolean => files.includes(key);
  const entry: typeof object.entry = (key, value) => object.entry(key, isFile(key) ? `new Blob([${value}])` : value);
  return { ...javascriptSyntax, object: { ...object, entry } };
}
