import { doubleQuoted } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { formComment, formLines, judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** Java 17, its standard library alone. */
export const java: SampleLanguage = {
  id: 'java',
  title: 'Java 17',
  highlight: 'java',
  extension: 'java',
  programs: ['javac', 'java'],
  build: ['javac', '-d', '{out}', '{file}'],
  run: ['java', '-cp', '{out}', '{type}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, typeName, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const publisher = body === undefined ? 'noBody()' : 'ofString(body)';
  const printed = call.printed.map((name) => `    System.out.println("${name}: " + field(answer.body(), "${name}"));`);
  const isRead = emptyStatus === undefined;
  const failed = isRead
    ? `!"${envelope.success}".equals(field(answer.body(), "${envelope.code}"))`
    : `answer.statusCode() != ${emptyStatus}`;
  const lines = [
    sampleHead('//', 'java', call),
    'import java.io.IOException;',
    'import java.net.URI;',
    'import java.net.http.HttpClient;',
    'import java.net.http.HttpRequest;',
    'import java.net.http.HttpResponse;',
    'import java.nio.charset.StandardCharsets;',
    'import java.security.MessageDigest;',
    'import java.security.SecureRandom;',
    'import java.time.Duration;',
    'import java.util.HexFormat;',
    ...(isRead ? ['import java.util.regex.Pattern;'] : []),
    '',
    `class ${typeName} {`,
    '  public static void main(String[] arguments) throws Exception {',
    '    String appKey = System.getenv("NEXCONN_APP_KEY");',
    '    String appSecret = System.getenv("NEXCONN_APP_SECRET");',
    '    String baseUrl = System.getenv("NEXCONN_BASE_URL");',
    '    if (appKey == null || appSecret == null || baseUrl == null) {',
    `      fail(${doubleQuoted(missingSettings)});`,
    '    }',
    '',
    '    // A new nonce for every request, also for a retry; it ends in a letter.',
    '    byte[] random = new byte[8];',
    '    new SecureRandom().nextBytes(random);',
    '    String nonce = HexFormat.of().formatHex(random) + "a";',
    '    String timestamp = Long.toString(System.currentTimeMillis());',
    '    byte[] signed = (appSecret + nonce + timestamp).getBytes(StandardCharsets.UTF_8);',
    '    String signature = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(signed));',
    '',
    ...bodyLines(call).map((line) => `    ${line}`),
    `    HttpRequest request = HttpRequest.newBuilder(URI.create(baseUrl + ${doubleQuoted(path)}))`,
    '        .timeout(Duration.ofSeconds(10))',
    `        .header("${signature.appKey}", appKey)`,
    `        .header("${signature.nonce}", nonce)`,
    `        .header("${signature.timestamp}", timestamp)`,
    `        .header("${signature.signature}", signature)`,
    ...(body === undefined ? [] : [`        .header("Content-Type", ${contentType(body)})`]),
    ...Object.entries(headers).map(([name, value]) => `        .header("${name}", ${doubleQuoted(value)})`),
    `        .method("${method}", HttpRequest.BodyPublishers.${publisher})`,
    '        .build();',
    '    HttpResponse<String> answer = null;',
    '    try {',
    '      answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());',
    '    } catch (IOException problem) {',
    `      fail("${operationId}: no answer from " + baseUrl + ": " + problem);`,
    '    }',
    '',
    `    ${judgeComment('//', call)}`,
    `    if (${failed}) {`,
    `      fail("${operationId}: HTTP " + answer.statusCode() + ": " + answer.body());`,
    '    }',
    ...resultComment('//', call).map((line) => `    ${line}`),
    ...(printed.length > 0 ? printed : [`    System.out.println("${operationId}: done");`]),
    '  }',
    '',
    ...(isRead ? [...fieldReader, ''] : []),
    '  private static void fail(String reason) {',
    '    System.err.println(reason);',
    '    System.exit(1);',
    '  }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [`String body = ${textBlock(JSON.stringify(body.value, null, 2))};`];
    case 'text':
      return [`String body = ${doubleQuoted(body.text)};`];
    case 'form': {
      const lines = formLines(body.parts, { text: doubleQuoted, boundary: 'boundary', plus: ' + ' });
      return [
        formComment('//', "The JDK's client"),
        'String boundary = "form-" + nonce;',
        `String body = String.join("\\r\\n",\n${lines.map((line) => `        ${line}`).join(',\n')});`,
      ];
    }
  }
}

function contentType({ kind, contentType }: SampleBody): string {
  return kind === 'form' ? `${doubleQuoted(`${contentType}; boundary=`)} + boundary` : doubleQuoted(contentType);
}

const fieldReader = [
  "  // The JDK has no JSON reader: take your project's, such as Jackson, in place of this.",
  '  private static String field(String json, String name) {',
  '    var found = Pattern.compile("\\"" + name + "\\"\\\\s*:\\\\s*\\"?([^\\",}]*)").matcher(json);',
  '    return found.find() ? found.group(1).strip() : null;',
  '  }',
];

function textBlock(json: string): string {
  const lines = json.replaceAll('\\', '\\\\').split('\n');
  return ['"""', ...lines.map((line) => `        ${line}`)].join('\n').concat('"""');
}
