import { doubleQuoted, type LiteralSyntax, literal } from './literals.js';
import type { SampleBody, SampleCall, SampleLanguage } from './types.js';
import { formComment, formLines, judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

const syntax: LiteralSyntax = {
  text: quoted,
  object: { open: '[', close: ']', empty: '[:]', entry: (key, value) => `${quoted(key)}: ${value}` },
  list: { open: '[', close: ']' },
  words: { true: 'true', false: 'false', null: 'NSNull()' },
  indent: '    ',
};

/** Swift on a server or a Mac: Foundation and CryptoKit, or swift-crypto on Linux. */
export const swift: SampleLanguage = {
  id: 'swift',
  title: 'Swift',
  highlight: 'swift',
  extension: 'swift',
  programs: ['swiftc'],
  build: ['swiftc', '-parse-as-library', '-o', '{out}/sample', '{file}'],
  run: ['{out}/sample'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, typeName, method, path, headers, body, emptyStatus, signature, envelope } = call;
  const printed = call.printed.map((name) => `print("${name}:", result["${name}"] ?? "")`);
  const result = `let result = answer?[${quoted(envelope.result)}] as? [String: Any] ?? [:]`;
  const header = (name: string, value: string): string =>
    `        request.setValue(${value}, forHTTPHeaderField: ${quoted(name)})`;
  const isRead = emptyStatus === undefined;
  const succeeded = isRead
    ? `answer?[${quoted(envelope.code)}] as? Int == ${envelope.success}`
    : `status == ${emptyStatus}`;
  const lines = [
    sampleHead('//', 'swift', call),
    'import Foundation',
    '#if canImport(FoundationNetworking)',
    'import FoundationNetworking',
    '#endif',
    '#if canImport(CryptoKit)',
    'import CryptoKit',
    '#else',
    'import Crypto',
    '#endif',
    '',
    '@main',
    `struct ${typeName} {`,
    '    static func main() async {',
    '        let settings = ProcessInfo.processInfo.environment',
    '        guard let appKey = settings["NEXCONN_APP_KEY"], let appSecret = settings["NEXCONN_APP_SECRET"],',
    '            let baseURL = settings["NEXCONN_BASE_URL"]',
    '        else {',
    `            fail(${quoted(missingSettings)})`,
    '        }',
    '',
    '        // A new nonce for every request, also for a retry; it ends in a letter.',
    '        let nonce = String(format: "%016lx", UInt64.random(in: .min ... .max)) + "a"',
    '        let timestamp = String(Int64(Date().timeIntervalSince1970 * 1000))',
    '        let digest = Insecure.SHA1.hash(data: Data((appSecret + nonce + timestamp).utf8))',
    '        let signature = digest.map { String(format: "%02x", $0) }.joined()',
    '',
    ...bodyLines(call).map((line) => `        ${line}`),
    `        var request = URLRequest(url: URL(string: baseURL + ${quoted(path)})!, timeoutInterval: 10)`,
    `        request.httpMethod = "${method}"`,
    header(signature.appKey, 'appKey'),
    header(signature.nonce, 'nonce'),
    header(signature.timestamp, 'timestamp'),
    header(signature.signature, 'signature'),
    ...Object.entries(headers).map(([name, value]) => header(name, quoted(value))),
    ...(body === undefined
      ? []
      : [
          header('Content-Type', contentType(body)),
          `        request.httpBody = ${body.kind === 'json' ? 'try! JSONSerialization.data(withJSONObject: body)' : 'Data(body.utf8)'}`,
        ]),
    '',
    '        do {',
    '            let (data, response) = try await URLSession.shared.data(for: request)',
    '            let status = (response as? HTTPURLResponse)?.statusCode ?? 0',
    ...(isRead ? ['            let answer = try? JSONSerialization.jsonObject(with: data) as? [String: Any]'] : []),
    `            ${judgeComment('//', call)}`,
    `            guard ${succeeded} else {`,
    `                fail("${operationId}: HTTP \\(status): \\(String(decoding: data, as: UTF8.self))")`,
    '            }',
    ...[
      ...resultComment('//', call),
      ...(printed.length > 0 ? [result, ...printed] : [`print("${operationId}: done")`]),
    ].map((line) => `            ${line}`),
    '        } catch {',
    `            fail("${operationId}: no answer from \\(baseURL): \\(error.localizedDescription)")`,
    '        }',
    '    }',
    '',
    '    static func fail(_ reason: String) -> Never {',
    '        FileHandle.standardError.write(Data((reason + "\\n").utf8))',
    '        exit(1)',
    '    }',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  switch (body?.kind) {
    case undefined:
      return [];
    case 'json':
      return [
        `let body: ${Array.isArray(body.value) ? '[Any]' : '[String: Any]'} = ${literal(body.value, syntax, '        ')}`,
      ];
    case 'text':
      return [`let body = ${quoted(body.text)}`];
    case 'form':
      return [
        formComment('//', 'Foundation'),
        'let boundary = "form-" + nonce',
        'let body = [',
        ...formLines(body.parts, { text: quoted, boundary: 'boundary', plus: ' + ' }).map((line) => `    ${line},`),
        '].joined(separator: "\\r\\n")',
      ];
  }
}

function contentType({ kind, contentType }: SampleBody): string {
  return kind === 'form' ? `${quoted(`${contentType}; boundary=`)} + boundary` : quoted(contentType);
}

/** Swift writes a character by its number with braces. */
function quoted(text: string): string {
  return doubleQuoted(text)
    .replaceAll(/\\u([0-9a-f]{4})/g, '\\u{$1}')
    .replaceAll('\\b', '\\u{8}')
    .replaceAll('\\f', '\\u{c}');
}
