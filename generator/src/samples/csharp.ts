import { doubleQuoted } from './literals.js';
import type { FormPart, SampleCall, SampleLanguage } from './types.js';
import { judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** C# 11 or later, .NET's own libraries alone. */
export const csharp: SampleLanguage = {
  id: 'csharp',
  title: 'C#',
  highlight: 'csharp',
  extension: 'cs',
  programs: ['dotnet'],
  run: ['dotnet', 'run', '{file}'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, emptyStatus, signature, envelope } = call;
  const printed = call.printed.map(
    (name) => `Console.WriteLine("${name}: " + answer.GetProperty("${envelope.result}").GetProperty("${name}"));`,
  );
  const isRead = emptyStatus === undefined;
  const failed = isRead
    ? `answer.GetProperty("${envelope.code}").GetInt32() != ${envelope.success}`
    : `(int)response.StatusCode != ${emptyStatus}`;
  const lines = [
    sampleHead('//', 'csharp', call),
    'using System.Security.Cryptography;',
    'using System.Text;',
    ...(isRead ? ['using System.Text.Json;'] : []),
    '',
    'var appKey = Environment.GetEnvironmentVariable("NEXCONN_APP_KEY");',
    'var appSecret = Environment.GetEnvironmentVariable("NEXCONN_APP_SECRET");',
    'var baseUrl = Environment.GetEnvironmentVariable("NEXCONN_BASE_URL");',
    'if (appKey is null || appSecret is null || baseUrl is null)',
    '{',
    `    return Fail(${doubleQuoted(missingSettings)});`,
    '}',
    '',
    '// A new nonce for every request, also for a retry; it ends in a letter.',
    'var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(8)).ToLowerInvariant() + "a";',
    'var timestamp = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString();',
    'var digest = SHA1.HashData(Encoding.UTF8.GetBytes(appSecret + nonce + timestamp));',
    'var signature = Convert.ToHexString(digest).ToLowerInvariant();',
    '',
    `using var request = new HttpRequestMessage(new HttpMethod("${method}"), baseUrl + ${doubleQuoted(path)});`,
    `request.Headers.Add("${signature.appKey}", appKey);`,
    `request.Headers.Add("${signature.nonce}", nonce);`,
    `request.Headers.Add("${signature.timestamp}", timestamp);`,
    `request.Headers.Add("${signature.signature}", signature);`,
    ...Object.entries(headers).map(([name, value]) => `request.Headers.Add("${name}", ${doubleQuoted(value)});`),
    ...bodyLines(call),
    '',
    'using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };',
    'try',
    '{',
    '    using var response = await client.SendAsync(request);',
    '    var text = await response.Content.ReadAsStringAsync();',
    ...(isRead ? ['    var answer = JsonDocument.Parse(text).RootElement;'] : []),
    `    ${judgeComment('//', call)}`,
    `    if (${failed})`,
    '    {',
    `        return Fail($"${operationId}: HTTP {(int)response.StatusCode}: {text}");`,
    '    }',
    ...resultComment('//', call).map((line) => `    ${line}`),
    ...(printed.length > 0 ? printed : [`Console.WriteLine("${operationId}: done");`]).map((line) => `    ${line}`),
    '    return 0;',
    '}',
    'catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException)',
    '{',
    `    return Fail($"${operationId}: no answer from {baseUrl}: {problem.Message}");`,
    '}',
    ...(isRead
      ? [
          'catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException)',
          '{',
          `    return Fail("${operationId}: not an answer of the API");`,
          '}',
        ]
      : []),
    '',
    'static int Fail(string reason)',
    '{',
    '    Console.Error.WriteLine(reason);',
    '    return 1;',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function bodyLines({ body }: SampleCall): string[] {
  if (body === undefined) return [];
  if (body.kind === 'form') {
    return ['using var form = new MultipartFormDataContent();', ...body.parts.map(addLine), 'request.Content = form;'];
  }
  const lines = body.kind === 'json' ? JSON.stringify(body.value, null, 2).split('\n') : undefined;
  return [
    ...(lines ? ['var body = """', ...lines.map((line) => `    ${line}`), '    """;'] : []),
    ...(body.kind === 'text' ? [`var body = ${doubleQuoted(body.text)};`] : []),
    `request.Content = new StringContent(body, Encoding.UTF8, ${doubleQuoted(body.contentType)});`,
  ];
}

function addLine({ name, text, isFile }: FormPart): string {
  const [key, value] = [doubleQuoted(name), doubleQuoted(text)];
  return isFile
    ? `form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(${value})), ${key}, ${key});`
    : `form.Add(new StringContent(${value}), ${key});`;
}
