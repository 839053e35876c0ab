import { doubleQuoted, type LiteralSyntax, literal } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

const syntax: LiteralSyntax = {
  text: quoted,
  object: { open: '{', close: '}', empty: '{}', entry: (key, value) => `${quoted(key)} => ${value}` },
  list: { open: '[', close: ']' },
  words: { true: 'true', false: 'false', null: 'nil' },
  indent: '  ',
};

/** Ruby, its standard library alone. */
export const ruby: SampleLanguage = {
  id: 'ruby',
  title: 'Ruby',
  highlight: 'ruby',
  extension: 'rb',
  programs: ['ruby'],
  run: ['ruby', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const isRead = emptyStatus === undefined;
  const succeeded = isRead
    ? `answer[${quoted(envelope.code)}] == ${envelope.success}`
    : `response.code == "${emptyStatus}"`;
  const printed = call.printed.map((name) => `puts "${name}: #{answer[${quoted(envelope.result)}][${quoted(name)}]}"`);
  const kind = method.charAt(0) + method.slice(1).toLowerCase();
  const lines = [
    sampleHead('#', 'ruby', call),
    'require "digest"',
    ...(isRead || body?.kind === 'json' ? ['require "json"'] : []),
    'require "net/http"',
    'require "securerandom"',
    ...(body?.kind === 'form' ? ['require "stringio"'] : []),
    '',
    'app_key, app_secret, base_url = ENV.values_at("NEXCONN_APP_KEY", "NEXCONN_APP_SECRET", "NEXCONN_BASE_URL")',
    `abort ${quoted(missingSettings)} unless app_key && app_secret && base_url`,
    '',
    '# A new nonce for every request, also for a retry; it ends in a letter.',
    'nonce = "#{SecureRandom.hex(8)}a"',
    'timestamp = (Time.now.to_r * 1000).to_i.to_s',
    'signature = Digest::SHA1.hexdigest(app_secret + nonce + timestamp)',
    '',
    ...(body === undefined ? [] : [`body = ${literalOf(body)}`]),
    `uri = URI(base_url + ${quoted(path)})`,
    `request = Net::HTTP::${kind}.new(`,
    '  uri,',
    `  "${signature.appKey}" => app_key,`,
    `  "${signature.nonce}" => nonce,`,
    `  "${signature.timestamp}" => timestamp,`,
    `  "${signature.signature}" => signature,`,
    ...(body === undefined || body.kind === 'form' ? [] : [`  "Content-Type" => ${quoted(body.contentType)},`]),
    ...Object.entries(headers).map(([name, value]) => `  ${quoted(name)} => ${quoted(value)},`),
    ')',
    ...(body === undefined ? [] : [setBody(body)]),
    'begin',
    '  options = { use_ssl: uri.scheme == "https", open_timeout: 10, read_timeout: 10 }',
    '  response = Net::HTTP.start(uri.host, uri.port, **options) { |http| http.request(request) }',
    ...(isRead
      ? [
          '  answer = JSON.parse(response.body)',
          'rescue JSON::ParserError',
          `  abort "${operationId}: HTTP #{response.code} without JSON"`,
        ]
      : []),
    'rescue SystemCallError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError => problem',
    `  abort "${operationId}: no answer from #{base_url}: #{problem.message}"`,
    'end',
    '',
    judgeComment('#', call),
    `abort "${operationId}: HTTP #{response.code}: #{response.body}" unless ${succeeded}`,
    ...resultComment('#', call),
    ...(printed.length > 0 ? printed : [`puts ${quoted(`${operationId}: done`)}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function literalOf(body: SampleBody): string {
  if (body.kind === 'json') return literal(body.value, syntax);
  if (body.kind === 'text') return quoted(body.text);
  const parts = body.parts.map(({ name, text, isFile }) => {
    const [key, value] = [quoted(name), quoted(text)];
    return `  [${key}, ${isFile ? `StringIO.new(${value}), { filename: ${key} }` : value}],`;
  });
  return ['[', ...parts, ']'].join('\n');
}

function setBody({ kind, contentType }: SampleBody): string {
  if (kind === 'form') return `request.set_form(body, ${quoted(contentType)})`;
  return `request.body = ${kind === 'json' ? 'JSON.generate(body)' : 'body'}`;
}

/** In Ruby's double quotes `#{…}` is code. */
function quoted(text: string): string {
  return doubleQuoted(text).replaceAll('#', '\\#');
}
