import { type LiteralSyntax, literal } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { formComment, formLines, judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

const syntax: LiteralSyntax = {
  text: quoted,
  object: { open: '[', close: ']', empty: 'new stdClass()', entry: (key, value) => `${quoted(key)} => ${value}` },
  list: { open: '[', close: ']' },
  words: { true: 'true', false: 'false', null: 'null' },
  indent: '    ',
};

/** PHP 8, without an extension. */
export const php: SampleLanguage = {
  id: 'php',
  title: 'PHP',
  highlight: 'php',
  extension: 'php',
  programs: ['php'],
  run: ['php', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const printed = call.printed.map(
    (name) => `echo ${quoted(`${name}: `)}, $answer[${quoted(envelope.result)}][${quoted(name)}], PHP_EOL;`,
  );
  const lines = [
    '<?php',
    sampleHead('//', 'php', call),
    "$appKey = getenv('NEXCONN_APP_KEY');",
    "$appSecret = getenv('NEXCONN_APP_SECRET');",
    "$baseUrl = getenv('NEXCONN_BASE_URL');",
    'if (!$appKey || !$appSecret || !$baseUrl) {',
    `    fail(${quoted(missingSettings)});`,
    '}',
    '',
    '// A new nonce for every request, also for a retry; it ends in a letter.',
    "$nonce = bin2hex(random_bytes(8)) . 'a';",
    '$timestamp = (string) (int) (microtime(true) * 1000);',
    '$signature = sha1($appSecret . $nonce . $timestamp);',
    '',
    ...bodyLines(call),
    "$context = stream_context_create(['http' => [",
    `    'method' => ${quoted(method)},`,
    "    'header' => [",
    `        "${signature.appKey}: $appKey",`,
    `        "${signature.nonce}: $nonce",`,
    `        "${signature.timestamp}: $timestamp",`,
    `        "${signature.signature}: $signature",`,
    ...(body === undefined ? [] : [`        ${contentType(body)},`]),
    ...Object.entries(headers).map(([name, value]) => `        ${quoted(`${name}: ${value}`)},`),
    '    ],',
    ...(body === undefined ? [] : [`    'content' => ${body.kind === 'json' ? 'json_encode($body)' : '$body'},`]),
    "    'ignore_errors' => true, // the answer of a refusal is read too",
    "    'timeout' => 10,",
    ']]);',
    `$text = @file_get_contents($baseUrl . ${quoted(path)}, false, $context);`,
    'if ($text === false) {',
    `    fail("${operationId}: no answer from $baseUrl: " . error_get_last()['message']);`,
    '}',
    '',
    ...(emptyStatus === undefined ? ['$answer = json_decode($text, true);'] : []),
    judgeComment('//', call),
    `if (${failed(call)}) {`,
    `    fail("${operationId}: {$http_response_header[0]}: $text");`,
    '}',
    ...resultComment('//', call),
    ...(printed.length > 0 ? printed : [`echo '${operationId}: done', PHP_EOL;`]),
    '',
    'function fail(string $reason): never',
    '{',
    '    fwrite(STDERR, $reason . PHP_EOL);',
    '    exit(1);',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [`$body = ${literal(body.value, syntax)};`];
    case 'text':
      return [`$body = ${quoted(body.text)};`];
    case 'form':
      return [
        formComment('//', 'PHP without an extension'),
        '$boundary = "form-$nonce";',
        '$body = implode("\\r\\n", [',
        ...formLines(body.parts, { text: quoted, boundary: '$boundary', plus: ' . ' }).map((line) => `    ${line},`),
        ']);',
      ];
  }
}

function contentType({ kind, contentType }: SampleBody): string {
  const header = `Content-Type: ${contentType}`;
  return kind === 'form' ? `"${header}; boundary=$boundary"` : quoted(header);
}

function failed({ emptyStatus, envelope }: SampleCall): string {
  if (emptyStatus !== undefined) return `explode(' ', $http_response_header[0])[1] !== '${emptyStatus}'`;
  return `($answer[${quoted(envelope.code)}] ?? null) !== ${envelope.success}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
