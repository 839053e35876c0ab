import { doubleQuoted, type LiteralSyntax, literal } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { formComment, formLines, judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

const syntax: LiteralSyntax = {
  text: doubleQuoted,
  object: { open: '{', close: '}', empty: '{}', entry: (key, value) => `${doubleQuoted(key)}: ${value}` },
  list: { open: '[', close: ']' },
  words: { true: 'True', false: 'False', null: 'None' },
  indent: '    ',
};

/** Python 3, its standard library alone. */
export const python: SampleLanguage = {
  id: 'python',
  title: 'Python',
  highlight: 'python',
  extension: 'py',
  programs: ['python3'],
  run: ['python3', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const sent = Object.entries(headers).map(([name, value]) => `    ${doubleQuoted(name)}: ${doubleQuoted(value)},`);
  const printed = call.printed.map(
    (name) => `print("${name}:", answer[${doubleQuoted(envelope.result)}][${doubleQuoted(name)}])`,
  );
  const lines = [
    sampleHead('#', 'python', call),
    'import hashlib',
    ...(body?.kind !== 'json' && emptyStatus !== undefined ? [] : ['import json']),
    'import os',
    'import secrets',
    'import sys',
    'import time',
    'import urllib.error',
    'import urllib.request',
    '',
    'try:',
    '    app_key = os.environ["NEXCONN_APP_KEY"]',
    '    app_secret = os.environ["NEXCONN_APP_SECRET"]',
    '    base_url = os.environ["NEXCONN_BASE_URL"]',
    'except KeyError:',
    `    sys.exit(${doubleQuoted(missingSettings)})`,
    '',
    '# A new nonce for every request, also for a retry; it ends in a letter.',
    'nonce = secrets.token_hex(8) + "a"',
    'timestamp = str(time.time_ns() // 1_000_000)',
    'signature = hashlib.sha1((app_secret + nonce + timestamp).encode()).hexdigest()',
    '',
    ...bodyLines(call),
    'request = urllib.request.Request(',
    `    base_url + ${doubleQuoted(path)},`,
    `    method=${doubleQuoted(method)},`,
    ...(body === undefined ? [] : [`    data=${body.kind === 'json' ? 'json.dumps(body)' : 'body'}.encode(),`]),
    '    headers={',
    `        "${signature.appKey}": app_key,`,
    `        "${signature.nonce}": nonce,`,
    `        "${signature.timestamp}": timestamp,`,
    `        "${signature.signature}": signature,`,
    ...(body === undefined ? [] : [`        "Content-Type": ${contentType(body)},`]),
    ...sent.map((line) => `    ${line}`),
    '    },',
    ')',
    'try:',
    '    with urllib.request.urlopen(request, timeout=10) as response:',
    '        status, text = response.status, response.read()',
    'except urllib.error.HTTPError as refusal:',
    '    status, text = refusal.code, refusal.read()',
    'except OSError as problem:',
    `    sys.exit(f"${operationId}: no answer from {base_url}: {problem}")`,
    '',
    ...judged(call),
    ...resultComment('#', call),
    ...(printed.length > 0 ? printed : [`print("${operationId}: done")`]),
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [`body = ${literal(body.value, syntax)}`];
    case 'text':
      return [`body = ${doubleQuoted(body.text)}`];
    case 'form':
      return [
        formComment('#', "Python's library"),
        'boundary = "form-" + nonce',
        'lines = [',
        ...formLines(body.parts, { text: doubleQuoted, boundary: 'boundary', plus: ' + ' }).map(
          (line) => `    ${line},`,
        ),
        ']',
        'body = "\\r\\n".join(lines)',
      ];
  }
}

function contentType({ kind, contentType }: SampleBody): string {
  return kind === 'form' ? `${doubleQuoted(`${contentType}; boundary=`)} + boundary` : doubleQuoted(contentType);
}

function judged(call: SampleCall): string[] {
  const { operationId, emptyStatus, envelope } = call;
  if (emptyStatus !== undefined) {
    const refused = `    sys.exit(f"${operationId}: HTTP {status}: {text.decode()}")`;
    return [judgeComment('#', call), `if status != ${emptyStatus}:`, refused];
  }
  return [
    'try:',
    '    answer = json.loads(text)',
    'except ValueError:',
    `    sys.exit(f"${operationId}: HTTP {status} without JSON")`,
    judgeComment('#', call),
    `if not isinstance(answer, dict) or answer.get(${doubleQuoted(envelope.code)}) != ${envelope.success}:`,
    `    sys.exit(f"${operationId}: HTTP {status}: {answer}")`,
  ];
}
