import type { SampleBody, SampleCall } from '../samples/types.js';
import { baseUrl, jsonText, signingLines } from './call-text.js';
import type { Download, DownloadedApi } from './types.js';

/** `<name>.postman_collection.gen.json`: a collection 2.1 with a request for each call, and the script that signs all of them. */
export function postmanCollection({ name, title, calls }: DownloadedApi): Download {
  const { appKey, nonce, timestamp, signature } = calls[0].signature;
  const headers = Object.entries({
    [appKey]: 'appKey',
    [nonce]: 'nonce',
    [timestamp]: 'timestamp',
    [signature]: 'signature',
  });
  const signing = [
    "const cryptoJs = require('crypto-js');",
    ...signingLines((variable) => `pm.variables.get('${variable}')`),
    '',
    ...headers.map(([header, value]) => `pm.request.headers.upsert({ key: '${header}', value: ${value} });`),
  ];
  const variable = Object.entries({ baseUrl, appKey: '', appSecret: '' }).map(([key, value]) => ({ key, value }));
  const collection = {
    info: {
      name: title,
      description: [
        'A script signs each request. `baseUrl` is a mock on this machine.',
        'Give `appKey` and `appSecret` in an environment, as current values: those stay on your machine.',
      ].join('\n'),
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: calls.map(requestOf),
    event: [script('prerequest', signing)],
    variable,
  };
  return { path: `${name}.postman_collection.gen.json`, content: `${JSON.stringify(collection, null, 2)}\n` };
}

function requestOf(call: SampleCall): object {
  const { operationId, summary, method, path, headers, body } = call;
  const type = body !== undefined && body.kind !== 'form' && { 'Content-Type': body.contentType };
  const header = Object.entries({ ...type, ...headers });
  return {
    name: operationId,
    request: {
      method,
      header: header.map(([key, value]) => ({ key, value })),
      url: { raw: `{{baseUrl}}${path}`, host: ['{{baseUrl}}'], ...partsOf(path) },
      description: summary,
      ...(body !== undefined && { body: bodyOf(body) }),
    },
    event: [script('test', judged(call))],
  };
}

/** A file is given as a text: only somebody who opens the collection has one to choose. */
function bodyOf(body: SampleBody): object {
  if (body.kind === 'form') {
    return {
      mode: 'formdata',
      formdata: body.parts.map(({ name, text }) => ({ key: name, value: text, type: 'text' })),
    };
  }
  if (body.kind === 'text') return { mode: 'raw', raw: body.text };
  return { mode: 'raw', raw: jsonText(body), options: { raw: { language: 'json' } } };
}

function judged({ operationId, emptyStatus, envelope }: SampleCall): string[] {
  if (emptyStatus !== undefined) {
    return [
      `pm.test('${operationId}: the status is ${emptyStatus}', () => pm.response.to.have.status(${emptyStatus}));`,
    ];
  }
  return [
    '// An error may come with HTTP 200: the code decides.',
    `pm.test('${operationId}: the code is ${envelope.success}', () => pm.expect(pm.response.json()['${envelope.code}']).to.equal(${envelope.success}));`,
  ];
}

function partsOf(path: string): { path: string[]; query?: { key: string; value: string }[] } {
  const [way = '', query] = path.split('?');
  const segments = way.slice(1).split('/');
  if (query === undefined) return { path: segments };
  const pairs = query.split('&').map((pair) => pair.split('='));
  return { path: segments, query: pairs.map(([key = '', value = '']) => ({ key, value })) };
}

function script(listen: 'prerequest' | 'test', exec: string[]): object {
  return { listen, script: { type: 'text/javascript', exec } };
}
