import { expect, it, vi } from 'vitest';
import { until } from '../../../test/support/until.js';
import { makeScratchDocument } from '../test/support/scratch-document.js';
import { loadDocument, watchDocument } from './index.js';

const listeners = { onLoad: () => undefined, onError: () => undefined };
const loaded = { files: new Map<string, string>() };
const load = (path: unknown, options?: unknown) => loadDocument(path as never, options as never);
const watchWith = (...given: unknown[]) => watchDocument(...(given as Parameters<typeof watchDocument>));

it.each<[name: string, call: () => unknown]>([
  ['path', () => load(undefined)],
  ['path', () => load(new URL('file:///openapi.yaml'))],
  ['options', () => load('openapi.yaml', null)],
  ['signals', () => load('openapi.yaml', { signals: AbortSignal.abort() })],
  ['signal', () => load('openapi.yaml', { signal: {} })],
  ['path', () => watchWith(null, loaded, listeners)],
  ['loaded', () => watchWith('openapi.yaml', null, listeners)],
  ['loaded', () => watchWith('openapi.yaml', { files: {} }, listeners)],
  ['options', () => watchWith('openapi.yaml', loaded)],
  ['onLoaded', () => watchWith('openapi.yaml', loaded, { ...listeners, onLoaded: () => undefined })],
  ['onLoad', () => watchWith('openapi.yaml', loaded, { onError: () => undefined })],
  ['onError', () => watchWith('openapi.yaml', loaded, { ...listeners, onError: 'log' })],
  ['settleMs', () => watchWith('openapi.yaml', loaded, { ...listeners, settleMs: '50' })],
  ['pollMs', () => watchWith('openapi.yaml', loaded, { ...listeners, pollMs: 0 })],
])('a wrong %s is refused by its name', async (name, call) => {
  const refusal = { name: 'DocumentError', code: 'INVALID_OPTION', problems: [] };
  const failure = await (async () => call())().catch((error: unknown) => error);
  expect(failure).toMatchObject({ ...refusal, message: expect.stringMatching(new RegExp(`^${name} `)) });
});

it('an onError that throws ends nothing, and is reported once', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  await using scratch = await makeScratchDocument();
  let failures = 0;
  const onError = () => {
    failures += 1;
    throw new Error('nobody listens');
  };
  const timing = { settleMs: 5, pollMs: 20 };
  using _ = watchDocument(scratch.path, await loadDocument(scratch.path), { ...timing, onLoad() {}, onError });
  for (const count of [1, 2]) {
    await scratch.write('openapi.yaml', `a: [${'1'.repeat(count)}`);
    await until(() => expect(failures).toBeGreaterThanOrEqual(count));
  }
  expect(warned).toHaveBeenCalledOnce();
  expect(warned).toHaveBeenCalledWith('onError failed: nobody listens', expect.anything());
  warned.mockRestore();
});
