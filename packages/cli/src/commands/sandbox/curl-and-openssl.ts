import { operationTable } from '@nexconn-kit/contract';
import { type MockAddress, quoteForShell } from '../../process/shell.js';

/** Returns a bash command that signs with openssl and issues a token with curl, anew each time it is pasted. */
export function curlAndOpenssl(mock: MockAddress): string[] {
  const { method, path } = operationTable.issueAccessToken;
  return [
    // The date command of macOS has no milliseconds.
    'n=$(openssl rand -hex 8)n; t=$(date +%s)000',
    `s=$(printf %s ${quoteForShell(mock.appSecret)}"$n$t" | openssl dgst -sha1 | sed 's/.* //')`,
    `curl -sS -X ${method} ${mock.url}${path} \\`,
    ...(mock.caFile === undefined ? [] : [`  --cacert ${quoteForShell(mock.caFile)} \\`]),
    `  -H ${quoteForShell(`App-Key: ${mock.appKey}`)} -H "Nonce: $n" -H "Timestamp: $t" \\`,
    `  -H "Signature: $s" -H 'Content-Type: application/json' \\`,
    `  -d '{"userId":"jlk456j5","name":"Ada"}'; echo`,
  ];
}
