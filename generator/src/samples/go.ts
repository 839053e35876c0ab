import { doubleQuoted } from './literals.js';
import type { FormPart, SampleCall, SampleLanguage } from './types.js';
import { judgeComment, missingSettings, resultComment, sampleHead } from './wording.js';

/** Go, its standard library alone. */
export const go: SampleLanguage = {
  id: 'go',
  title: 'Go',
  highlight: 'go',
  extension: 'go',
  programs: ['go'],
  build: ['go', 'build', '-o', '{out}/sample', '{file}'],
  run: ['{out}/sample'],
  write,
};

function write(call: SampleCall): string {
  const { operationId, method, path, headers, body, emptyStatus, signature } = call;
  const isForm = body?.kind === 'form';
  const imports = [
    ...(isForm ? ['bytes', 'mime/multipart'] : []),
    ...['crypto/rand', 'crypto/sha1', 'encoding/hex'],
    ...(emptyStatus === undefined ? ['encoding/json', 'fmt'] : ['fmt', 'io']),
    ...['net/http', 'os', 'strconv'],
    ...(body === undefined || isForm ? [] : ['strings']),
    'time',
  ].sort();
  const printed = call.printed.map((name) => `\tfmt.Println("${name}:", answer.Result[${doubleQuoted(name)}])`);
  const reader = body === undefined ? 'nil' : isForm ? '&body' : 'strings.NewReader(body)';
  const lines = [
    sampleHead('//', 'go', call),
    'package main',
    '',
    'import (',
    ...imports.map((name) => `\t"${name}"`),
    ')',
    '',
    ...constantBody(call),
    'func main() {',
    '\tappKey, appSecret := os.Getenv("NEXCONN_APP_KEY"), os.Getenv("NEXCONN_APP_SECRET")',
    '\tbaseURL := os.Getenv("NEXCONN_BASE_URL")',
    '\tif appKey == "" || appSecret == "" || baseURL == "" {',
    `\t\tfail(${doubleQuoted(missingSettings)})`,
    '\t}',
    '',
    '\t// A new nonce for every request, also for a retry; it ends in a letter.',
    '\trandom := make([]byte, 8)',
    '\tif _, err := rand.Read(random); err != nil {',
    '\t\tfail(err)',
    '\t}',
    '\tnonce := hex.EncodeToString(random) + "a"',
    '\ttimestamp := strconv.FormatInt(time.Now().UnixMilli(), 10)',
    '\tdigest := sha1.Sum([]byte(appSecret + nonce + timestamp))',
    '',
    ...(isForm ? formBody(body.parts).map((line) => `\t${line}`) : []),
    `\trequest, err := http.NewRequest("${method}", baseURL+${doubleQuoted(path)}, ${reader})`,
    '\tif err != nil {',
    '\t\tfail(err)',
    '\t}',
    `\trequest.Header.Set("${signature.appKey}", appKey)`,
    `\trequest.Header.Set("${signature.nonce}", nonce)`,
    `\trequest.Header.Set("${signature.timestamp}", timestamp)`,
    `\trequest.Header.Set("${signature.signature}", hex.EncodeToString(digest[:]))`,
    ...(body === undefined
      ? []
      : [
          `\trequest.Header.Set("Content-Type", ${isForm ? 'form.FormDataContentType()' : doubleQuoted(body.contentType)})`,
        ]),
    ...Object.entries(headers).map(([name, value]) => `\trequest.Header.Set("${name}", ${doubleQuoted(value)})`),
    '\tclient := http.Client{Timeout: 10 * time.Second}',
    '\tresponse, err := client.Do(request)',
    '\tif err != nil {',
    `\t\tfail("${operationId}:", err)`,
    '\t}',
    '\tdefer response.Body.Close()',
    '',
    ...judged(call).map((line) => `\t${line}`),
    ...resultComment('//', call).map((line) => `\t${line}`),
    ...(printed.length > 0 ? printed : [`\tfmt.Println("${operationId}: done")`]),
    '}',
    '',
    'func fail(reason ...any) {',
    '\tfmt.Fprintln(os.Stderr, reason...)',
    '\tos.Exit(1)',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function constantBody({ body }: SampleCall): string[] {
  if (body === undefined || body.kind === 'form') return [];
  const text = body.kind === 'json' ? rawText(JSON.stringify(body.value, null, 2)) : doubleQuoted(body.text);
  return [`const body = ${text}`, ''];
}

function formBody(parts: readonly FormPart[]): string[] {
  return [
    '// Nothing fails, since it is written into memory.',
    'var body bytes.Buffer',
    'form := multipart.NewWriter(&body)',
    ...parts.flatMap(({ name, text, isFile }) => {
      const [key, value] = [doubleQuoted(name), doubleQuoted(text)];
      if (!isFile) return [`_ = form.WriteField(${key}, ${value})`];
      return [
        `if file, err := form.CreateFormFile(${key}, ${key}); err == nil {`,
        `\t_, _ = file.Write([]byte(${value}))`,
        '}',
      ];
    }),
    '_ = form.Close()',
  ];
}

function judged(call: SampleCall): string[] {
  const { operationId, emptyStatus, envelope } = call;
  if (emptyStatus !== undefined) {
    return [
      judgeComment('//', call),
      `if response.StatusCode != ${emptyStatus} {`,
      '\ttext, _ := io.ReadAll(response.Body)',
      `\tfail("${operationId}: HTTP", response.StatusCode, string(text))`,
      '}',
    ];
  }
  return [
    'var answer struct {',
    `\tCode    *int           \`json:"${envelope.code}"\``,
    `\tMessage string         \`json:"${envelope.message}"\``,
    `\tResult  map[string]any \`json:"${envelope.result}"\``,
    '}',
    'if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Code == nil {',
    `\tfail("${operationId}: HTTP", response.StatusCode, "without the answer of the API")`,
    '}',
    judgeComment('//', call),
    `if *answer.Code != ${envelope.success} {`,
    `\tfail("${operationId}: HTTP", response.StatusCode, "code", *answer.Code, answer.Message)`,
    '}',
  ];
}

function rawText(json: string): string {
  return json.includes('`') ? doubleQuoted(json) : `\`${json}\``;
}
