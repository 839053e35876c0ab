import { operationTable } from '@nexconn-kit/contract';
import { quoteForShell } from '../../process/shell.js';

type Headers = Readonly<Record<string, string>>;

const body = '{"userId":"jlk456j5","name":"Ada"}';
const contentType = 'Content-Type: application/json';

/** Returns headers as `curl -H @-` reads them. */
export function headerLines(headers: Headers): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

/** Returns headers as flags of curl, quoted for a shell. */
export function curlFlags(headers: Headers): string[] {
  return headerLines(headers).map((line) => `-H ${quoteForShell(line)}`);
}

/** Returns the lines of a command that issues a token. */
export function curlCommand(headers: Headers, baseUrl: string): string[] {
  const { method, path } = operationTable.issueAccessToken;
  const words = [
    `curl -X ${method} ${quoteForShell(baseUrl + path)}`,
    ...curlFlags(headers),
    `-H ${quoteForShell(contentType)}`,
    `-d ${quoteForShell(body)}`,
  ];
  return words.map((word, index) => `${index > 0 ? '  ' : ''}${word}${index < words.length - 1 ? ' \\' : ''}`);
}

/** Returns the lines of a file from which editors send the same request. */
export function httpFile(headers: Headers, baseUrl: string): string[] {
  const { method, path } = operationTable.issueAccessToken;
  return [
    '# Signed for one request within a few minutes: sign anew for another one.',
    `${method} ${baseUrl}${path} HTTP/1.1`,
    ...headerLines(headers),
    contentType,
    '',
    body,
  ];
}
