import type { SampleBody } from '../samples/types.js';
import { formLines } from '../samples/wording.js';
import { jsonText } from './call-text.js';
import type { Download, DownloadedApi } from './types.js';

/** `<name>.gen.http`: the calls as HTTP, with variables that `sign.mjs` fills in. */
export function httpFile({ name, title, calls }: DownloadedApi): Download {
  const { appKey, nonce, timestamp, signature } = calls[0].signature;
  const requests = calls.map((call) => {
    const lines = [
      `### ${call.operationId}: ${call.summary}`,
      `${call.method} {{baseUrl}}${call.path}`,
      `${appKey}: {{appKey}}`,
      `${nonce}: {{nonce}}`,
      `${timestamp}: {{timestamp}}`,
      `${signature}: {{signature}}`,
      ...(call.body === undefined ? [] : [`Content-Type: ${contentType(call.body)}`]),
      ...Object.entries(call.headers).map(([header, value]) => `${header}: ${value}`),
      ...(call.body === undefined ? [] : ['', bodyText(call.body)]),
    ];
    return lines.join('\n');
  });
  const head = `# ${title}. A signature is good for one request: \`node sign.mjs ${name}.http\` prints this file with each one signed.`;
  return { path: `${name}.gen.http`, content: `${[head, ...requests].join('\n\n')}\n` };
}

const boundary = 'boundary-of-a-form';

function contentType({ kind, contentType }: SampleBody): string {
  return kind === 'form' ? `${contentType}; boundary=${boundary}` : contentType;
}

function bodyText(body: SampleBody): string {
  if (body.kind === 'json') return jsonText(body);
  if (body.kind === 'text') return body.text;
  return formLines(body.parts, { text: (value) => value, boundary, plus: '' })
    .join('\n')
    .trimEnd();
}
