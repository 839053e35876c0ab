import { type LiteralSyntax, literal, singleQuoted } from './literals.js';
import type { FormPart, SampleCall, SampleLanguage } from './types.js';
import { judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** How JavaScript and TypeScript write the values of JSON. */
export const javascriptSyntax: LiteralSyntax = {
  text: singleQuoted,
  object: {
    open: '{',
    close: '}',
    empty: '{}',
    entry: (key, value) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : singleQuoted(key)}: ${value}`,
  },
  list: { open: '[', close: ']' },
  words: { true: 'true', false: 'false', null: 'null' },
  indent: '  ',
};

/** Node and its own `fetch`: what somebody writes who takes no package. */
export const node: SampleLanguage = {
  id: 'node',
  title: 'Node (fetch)',
  highlight: 'javascript',
  extension: 'mjs',
  programs: ['node'],
  run: ['node', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, signature, envelope } = call;
  const printed = call.printed.map((name) => `console.log('${name}:', answer.${envelope.result}.${name});`);
  const lines = [
    sampleHead('//', 'node', call),
    "import { createHash, randomBytes } from 'node:crypto';",
    '',
    'const { NEXCONN_APP_KEY: appKey, NEXCONN_APP_SECRET: appSecret, NEXCONN_BASE_URL: baseUrl } = process.env;',
    `if (!appKey || !appSecret || !baseUrl) fail(${singleQuoted(missingSettings)});`,
    '',
    '// A new nonce for every request, also for a retry; it ends in a letter.',
    "const nonce = randomBytes(8).toString('hex') + 'a';",
    'const timestamp = Date.now().toString();',
    "const signature = createHash('sha1').update(appSecret + nonce + timestamp).digest('hex');",
    '',
    ...bodyLines(call),
    `const response = await fetch(baseUrl + ${singleQuoted(path)}, {`,
    `  method: ${singleQuoted(method)},`,
    '  headers: {',
    `    ${key(signature.appKey)}: appKey,`,
    `    ${key(signature.nonce)}: nonce,`,
    `    ${key(signature.timestamp)}: timestamp,`,
    `    ${key(signature.signature)}: signature,`,
    ...(body === undefined || body.kind === 'form' ? [] : [`    'Content-Type': ${singleQuoted(body.contentType)},`]),
    ...Object.entries(headers).map(([name, value]) => `    ${singleQuoted(name)}: ${singleQuoted(value)},`),
    '  },',
    ...(body === undefined ? [] : [body.kind === 'json' ? '  body: JSON.stringify(body),' : '  body,']),
    '  signal: AbortSignal.timeout(10_000),',
    `}).catch((error) => fail(\`${operationId}: no answer from \${baseUrl}: \${error.message}\`));`,
    '',
    ...judged(call),
    ...resultComment('//', call),
    ...(printed.length > 0 ? printed : [`console.log('${operationId}: done');`]),
    '',
    'function fail(reason) {',
    '  console.error(reason);',
    '  process.exit(1);',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [`const body = ${literal(body.value, javascriptSyntax)};`];
    case 'text':
      return [`const body = ${singleQuoted(body.text)};`];
    case 'form':
      return ['const body = new FormData();', ...body.parts.map(appendLine)];
  }
}

function appendLine({ name, text, isFile }: FormPart): string {
  const [key, value] = [singleQuoted(name), singleQuoted(text)];
  return `body.append(${key}, ${isFile ? `new Blob([${value}]), ${key}` : value});`;
}

function judged(call: SampleCall): string[] {
  const { operationId, emptyStatus, envelope } = call;
  const http = `${operationId}: HTTP \${response.status}`;
  if (emptyStatus !== undefined) {
    const refused = `if (response.status !== ${emptyStatus}) fail(\`${http}: \${await response.text()}\`);`;
    return [judgeComment('//', call), refused];
  }
  return [
    `const answer = await response.json().catch(() => fail(\`${http} without JSON\`));`,
    judgeComment('//', call),
    `if (answer?.${envelope.code} !== ${envelope.success}) fail(\`${http}: \${JSON.stringify(answer)}\`);`,
  ];
}

function key(name: string): string {
  return /^[A-Za-z]+$/.test(name) ? name : singleQuoted(name);
}
