import { expect, it } from 'vitest';
import { ada, issuePath } from '../../test/support/make-issue-request.js';
import type { Api } from '../document/api.js';
import { toApi } from '../document/api.js';
import type { JsonObject } from '../document/lookup.js';
import type { MockRequest, Preference } from '../http/types.js';
import { createRouter } from '../pipeline/route.js';
import { createFastEngine } from './engine.js';

const nexconnApi = toApi();

const json = { 'content-type': 'application/json' };

function ask(api: Api, headers: Record<string, string>, preference: Preference, body: unknown): unknown {
  const request: MockRequest = { method: 'POST', path: issuePath, query: new URLSearchParams(), headers, body: null };
  const engine = createFastEngine(api);
  return engine.answer(createRouter(api)(request), request, body, preference);
}

/** The document with something changed in the operation that is asked. */
function withOperation(change: (operation: Record<string, unknown>) => void): Api {
  const document = structuredClone(nexconnApi.document) as { paths: Record<string, Record<string, JsonObject>> };
  change(document.paths[issuePath]?.post as Record<string, unknown>);
  return { ...nexconnApi, document };
}

it('gives the first example of the success answer to an ordinary request', () => {
  expect(ask(nexconnApi, json, {}, ada)).toMatchObject({
    status: 200,
    mediaType: 'application/json',
    body: { code: 0 },
  });
  expect(ask(nexconnApi, { ...json, 'x-request-id': 'a'.repeat(36) }, {}, ada)).toMatchObject({ status: 200 });
});

it.each<[string, Record<string, string>, Preference, unknown]>([
  ['a preferred status', json, { code: 200 }, ada],
  ['a preferred example', json, { exampleKey: 'issued' }, ada],
  ['a Content-Type with a parameter of its own', { 'content-type': 'application/json; v=1' }, {}, ada],
  ['a header that is too long', { ...json, 'x-request-id': 'a'.repeat(37) }, {}, ada],
  ['a header that is not ASCII', { ...json, 'x-request-id': 'é' }, {}, ada],
  ['no body', json, {}, undefined],
])('leaves %s to Prism', (_what, headers, preference, body) => {
  expect(ask(nexconnApi, headers, preference, body)).toBe(undefined);
});

it.each<[string, (operation: Record<string, unknown>) => void]>([
  [
    'has another kind of body',
    (operation) => Object.assign(operation, { requestBody: { content: { 'text/plain': {} } } }),
  ],
  [
    'has a keyword in its body that only Prism judges',
    (operation) =>
      Object.assign(operation, { requestBody: { content: { 'application/json': { schema: { format: 'uuid' } } } } }),
  ],
  [
    'has a parameter that is no plain text',
    (operation) => Object.assign(operation, { parameters: [{ name: 'n', in: 'header', schema: { type: 'integer' } }] }),
  ],
  [
    'has a deprecated parameter',
    (operation) =>
      Object.assign(operation, {
        parameters: [{ name: 'n', in: 'header', deprecated: true, schema: { type: 'string' } }],
      }),
  ],
  [
    'has no example',
    (operation) => Object.assign(operation, { responses: { 200: { content: { 'application/json': {} } } } }),
  ],
  ['has a range for its success', (operation) => Object.assign(operation, { responses: { '2XX': {} } })],
])('does not cover an operation that %s', (_what, change) => {
  const api = withOperation(change);
  const engine = createFastEngine(api);
  expect(
    Object.values(api.operations)
      .filter(({ path }) => path === issuePath)
      .map(engine.covers),
  ).toEqual([false]);
  expect(ask(api, json, {}, ada)).toBe(undefined);
});

it('covers the operation that each log-in waits for', () => {
  const { issueAccessToken } = nexconnApi.operations;
  expect(issueAccessToken && createFastEngine(nexconnApi).covers(issueAccessToken)).toBe(true);
});
