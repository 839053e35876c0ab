import type { SampleCall } from '../samples/types.js';
import { baseUrl, bodyText, signingLines } from './call-text.js';
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
  const { operationId, method, path, headers, envelope } = call;
  const body = bodyText(call);
  return [
    block('meta', [`name: ${operationId}`, 'type: http', `seq: ${seq}`]),
    block(method.toLowerCase(), [
      `url: {{baseUrl}}${path}`,
      `body: ${body === undefined ? 'none' : 'json'}`,
      'auth: none',
    ]),
    ...(Object.keys(headers).length > 0
      ? [
          block(
            'headers',
            Object.entries(headers).map(([header, value]) => `${header}: ${value}`),
          ),
        ]
      : []),
    ...(body === undefined ? [] : [block('body:json', body.split('\n'))]),
    block('assert', [`res.body.${envelope.code}: eq ${envelope.success}`]),
  ].join('\n');
}

function block(name: string, lines: string[]): string {
  return `${name} {\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n}\n`;
}
