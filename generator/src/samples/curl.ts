import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** A shell with curl and openssl. */
export const curl: SampleLanguage = {
  id: 'curl',
  title: 'curl + openssl',
  highlight: 'bash',
  extension: 'sh',
  programs: ['curl', 'openssl', 'bash'],
  run: ['bash', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, signature } = call;
  const printed = call.printed.map(
    (name) => `printf '${name}: %s\\n' "$(sed -n 's/.*"${name}" *: *"\\([^"]*\\)".*/\\1/p' <<<"$answer")"`,
  );
  const lines = [
    sampleHead('#', 'curl', call),
    'set -eu',
    `if [ -z "\${NEXCONN_APP_KEY:-}" ] || [ -z "\${NEXCONN_APP_SECRET:-}" ] || [ -z "\${NEXCONN_BASE_URL:-}" ]; then`,
    `  echo '${missingSettings}' >&2`,
    '  exit 1',
    'fi',
    '',
    '# A new nonce for every request, also for a retry; it ends in a letter.',
    'nonce="$(openssl rand -hex 8)a"',
    'timestamp="$(date +%s)000"',
    `signature="$(printf %s "$NEXCONN_APP_SECRET$nonce$timestamp" | openssl dgst -sha1 -r | cut -c1-40)"`,
    '',
    `answer="$(curl --silent --show-error --max-time 10 --request ${method} "$NEXCONN_BASE_URL"${quoted(path)} \\`,
    `  --header "${signature.appKey}: $NEXCONN_APP_KEY" \\`,
    `  --header "${signature.nonce}: $nonce" \\`,
    `  --header "${signature.timestamp}: $timestamp" \\`,
    `  --header "${signature.signature}: $signature" \\`,
    ...Object.entries(headers).map(([name, value]) => `  --header ${quoted(`${name}: ${value}`)} \\`),
    ...(body === undefined ? [] : bodyOptions(body).map((option) => `  ${option} \\`)),
    `  --write-out '\\nHTTP %{http_code}')"`,
    '',
    judgeComment('#', call),
    `if ${failed(call)}; then`,
    `  echo "${operationId}: $answer" >&2`,
    '  exit 1',
    'fi',
    ...resultComment('#', call),
    ...(printed.length > 0 ? printed : [`echo '${operationId}: done'`]),
  ];
  return `${lines.join('\n')}\n`;
}

function bodyOptions(body: SampleBody): string[] {
  if (body.kind === 'form') {
    return body.parts.map(({ name, text, isFile }) =>
      isFile
        ? `--form ${quoted(`${name}=${inQuotes(text)};filename=${inQuotes(name)}`)}`
        : `--form-string ${quoted(`${name}=${text}`)}`,
    );
  }
  const text = body.kind === 'json' ? JSON.stringify(body.value, null, 2) : body.text;
  return [`--header ${quoted(`Content-Type: ${body.contentType}`)}`, `--data-binary ${quoted(text)}`];
}

/** In curl's own quotes, where nothing else but these two is a sign. */
function inQuotes(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function failed({ emptyStatus, envelope }: SampleCall): string {
  if (emptyStatus !== undefined) return `[[ "$answer" != *'HTTP ${emptyStatus}' ]]`;
  return `! grep -Eq '"${envelope.code}" *: *${envelope.success} *[,}]' <<<"$answer"`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
