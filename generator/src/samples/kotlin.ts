import { doubleQuoted } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { formComment, formLines, judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** Kotlin on a Java 17, its standard library alone. */
export const kotlin: SampleLanguage = {
  id: 'kotlin',
  title: 'Kotlin',
  highlight: 'kotlin',
  extension: 'kt',
  programs: ['kotlinc', 'java'],
  build: ['kotlinc', '{file}', '-include-runtime', '-d', '{out}/sample.jar'],
  run: ['java', '-jar', '{out}/sample.jar'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const publisher = body === undefined ? 'noBody()' : 'ofString(body)';
  const printed = call.printed.map((name) => `    println("${name}: " + field(answer.body(), "${name}"))`);
  const isRead = emptyStatus === undefined;
  const failed = isRead
    ? `field(answer.body(), "${envelope.code}") != "${envelope.success}"`
    : `answer.statusCode() != ${emptyStatus}`;
  const lines = [
    sampleHead('//', 'kotlin', call),
    'import java.io.IOException',
    'import java.net.URI',
    'import java.net.http.HttpClient',
    'import java.net.http.HttpRequest',
    'import java.net.http.HttpResponse',
    'import java.security.MessageDigest',
    'import java.security.SecureRandom',
    'import java.time.Duration',
    'import kotlin.system.exitProcess',
    '',
    'fun main() {',
    '    val appKey = setting("NEXCONN_APP_KEY")',
    '    val appSecret = setting("NEXCONN_APP_SECRET")',
    '    val baseUrl = setting("NEXCONN_BASE_URL")',
    '',
    '    // A new nonce for every request, also for a retry; it ends in a letter.',
    '    val nonce = hex(ByteArray(8).also { SecureRandom().nextBytes(it) }) + "a"',
    '    val timestamp = System.currentTimeMillis().toString()',
    '    val signature = hex(MessageDigest.getInstance("SHA-1").digest((appSecret + nonce + timestamp).toByteArray()))',
    '',
    ...bodyLines(call).map((line) => `    ${line}`),
    `    val request = HttpRequest.newBuilder(URI.create(baseUrl + ${quoted(path)}))`,
    '        .timeout(Duration.ofSeconds(10))',
    `        .header("${signature.appKey}", appKey)`,
    `        .header("${signature.nonce}", nonce)`,
    `        .header("${signature.timestamp}", timestamp)`,
    `        .header("${signature.signature}", signature)`,
    ...(body === undefined ? [] : [`        .header("Content-Type", ${contentType(body)})`]),
    ...Object.entries(headers).map(([name, value]) => `        .header("${name}", ${quoted(value)})`),
    `        .method("${method}", HttpRequest.BodyPublishers.${publisher})`,
    '        .build()',
    '    val answer = try {',
    '        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())',
    '    } catch (problem: IOException) {',
    `        fail("${operationId}: no answer from $baseUrl: $problem")`,
    '    }',
    '',
    `    ${judgeComment('//', call)}`,
    `    if (${failed}) {`,
    `        fail("${operationId}: HTTP \${answer.statusCode()}: \${answer.body()}")`,
    '    }',
    ...resultComment('//', call).map((line) => `    ${line}`),
    ...(printed.length > 0 ? printed : [`    println("${operationId}: done")`]),
    '}',
    '',
    `fun setting(name: String): String = System.getenv(name) ?: fail(${quoted(missingSettings)})`,
    '',
    'fun hex(bytes: ByteArray): String = bytes.joinToString("") { "%02x".format(it) }',
    '',
    ...(isRead ? [...fieldReader, ''] : []),
    'fun fail(reason: String): Nothing {',
    '    System.err.println(reason)',
    '    exitProcess(1)',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [`val body = ${rawText(JSON.stringify(body.value, null, 2))}`];
    case 'text':
      return [`val body = ${quoted(body.text)}`];
    case 'form':
      return [
        formComment('//', "The JDK's client"),
        'val boundary = "form-$nonce"',
        'val body = listOf(',
        ...formLines(body.parts, { text: quoted, boundary: 'boundary', plus: ' + ' }).map((line) => `    ${line},`),
        ').joinToString("\\r\\n")',
      ];
  }
}

function contentType({ kind, contentType }: SampleBody): string {
  return kind === 'form' ? `${quoted(`${contentType}; boundary=`)} + boundary` : quoted(contentType);
}

const fieldReader = [
  "// The JDK has no JSON reader: take your project's, such as kotlinx.serialization, in place of this.",
  'fun field(json: String, name: String): String? =',
  '    Regex("\\"$name\\"\\\\s*:\\\\s*\\"?([^\\",}]*)").find(json)?.groupValues?.get(1)?.trim()',
];

/** In Kotlin's texts `$` begins a name. */
function quoted(text: string): string {
  return doubleQuoted(text).replaceAll('$', '\\$');
}

/** In a raw text it cannot be escaped. */
const dollar = ['$', "{'$'}"].join('');

function rawText(json: string): string {
  const lines = json.split('$').join(dollar).split('\n');
  return ['"""', ...lines.map((line) => `        ${line}`), '    """'].join('\n');
}
