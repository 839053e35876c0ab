import { bodyText } from './call-text.js';
import type { Download, DownloadedApi } from './types.js';

/** `<name>.gen.http`: the calls as HTTP, with variables that `sign.mjs` fills in. */
export function httpFile({ name, title, calls }: DownloadedApi): Download {
  const { appKey, nonce, timestamp, signature } = calls[0].signature;
  const requests = calls.map((call) => {
    const body = bodyText(call);
    const lines = [
      `### ${call.operationId}: ${call.summary}`,
      `${call.method} {{baseUrl}}${call.path}`,
      `${appKey}: {{appKey}}`,
      `${nonce}: {{nonce}}`,
      `${timestamp}: {{timestamp}}`,
      `${signature}: {{signature}}`,
      ...(body === undefined ? [] : ['Content-Type: application/json']),
      ...Object.entries(call.headers).map(([header, value]) => `${header}: ${value}`),
      ...(body === undefined ? [] : ['', body]),
    ];
    return lines.join('\n');
  });
  const head = `# ${title}. A signature is good for one request: \`node sign.mjs ${name}.http\` prints this file with each one signed.`;
  return { path: `${name}.gen.http`, content: `${[head, ...requests].join('\n\n')}\n` };
}
