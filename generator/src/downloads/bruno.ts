import type { SampleBody, SampleCall } from '../samples/types.js';
import { baseUrl, jsonText, signingLines } from './call-text.js';
import type { Download, DownloadedApi } from './types.js';

/** `<name>.bruno/`: a collection of Bruno, whose script signs each request in the safe sandbox. */
export function brunoCollection({ name, title, calls }: DownloadedApi): Download[] {
  const folder = `${name}.bruno`;
  return [
    {
      path: `${folder}/bruno.gen.json`,
      content: `${JSON.stringify({ version: '1', name: title, type: 'collection' }, null, 2)}\n`,
    },
    { path: `${folder}/collection.gen.bru`, content: collection(calls[0].signature) },
    {
      path: `${folder}/environments/mock.gen.bru`,
      content: [block('vars', [`baseUrl: ${baseUrl}`, 'appKey:']), 'vars:secret [\n  appSecret\n]\n'].join('\n'),
    },
    ...calls.map((call, index) => ({
      path: `${folder}/${call.operationId}.gen.bru`,
      content: requestOf(call, index + 1),
    })),
  ];
}

function collection({ appKey, nonce, timestamp, signature }: SampleCall['signature']): string {
  const headers = Object.entries({
    [appKey]: 'appKey',
    [nonce]: 'nonce',
    [timestamp]: 'timestamp',
    [signature]: 'signature',
  });
  return block('script:pre-request', [
    "const cryptoJs = require('crypto-js');",
    ...signingLines((variable) => `bru.getEnvVar('${variable}')`),
    '',
    ...headers.map(([header, value]) => `req.setHeader('${header}', ${value});`),
  ]);
}

function requestOf(call: SampleCall, seq: number): string {
  const { operationId, method, path, headers, body } = call;
  return [
    block('meta', [`name: ${operationId}`, 'type: http', `seq: ${seq}`]),
    block(method.toLowerCase(), [
      `url: {{baseUrl}}${path}`,
      `body: ${body === undefined ? 'none' : bodyNames[body.kind][0]}`,
      'auth: none',
    ]),
    ...headersOf(headers, body),
    ...(body === undefined ? [] : [block(`body:${bodyNames[body.kind][1]}`, bodyLines(body))]),
    block('assert', [assertion(call)]),
  ].join('\n');
}

/** What Bruno calls a body, where it is chosen and where it stands. */
const bodyNames: Record<SampleBody['kind'], [choice: string, block: string]> = {
  json: ['json', 'json'],
  text: ['text', 'text'],
  form: ['multipartForm', 'multipart-form'],
};

function bodyLines(body: SampleBody): string[] {
  if (body.kind === 'json') return jsonText(body).split('\n');
  return body.kind === 'text' ? body.text.split('\n') : body.parts.map(({ name, text }) => `${name}: ${text}`);
}

/** It adds the type of a JSON body and of a form by itself. */
function headersOf(headers: Readonly<Record<string, string>>, body: SampleBody | undefined): string[] {
  const all = { ...(body?.kind === 'text' && { 'Content-Type': body.contentType }), ...headers };
  const lines = Object.entries(all).map(([header, value]) => `${header}: ${value}`);
  return lines.length > 0 ? [block('headers', lines)] : [];
}

function assertion({ emptyStatus, envelope }: SampleCall): string {
  return emptyStatus === undefined
    ? `res.body.${envelope.code}: eq ${envelope.success}`
    : `res.status: eq ${emptyStatus}`;
}

function block(name: string, lines: string[]): string {
  return `${name} {\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n}\n`;
}
