import { expect, it } from 'vitest';
import { createMock, startMock } from './index.js';
import { mswHandlers } from './msw/index.js';

const mock = createMock();
const http = { all: () => 1 };
const play = (document: unknown) => createMock({ document } as never);
const whole = { document: {}, operations: {}, validators: {}, envelope: null };
const handlers = (...given: unknown[]) => mswHandlers(...(given as [never, never]));

it.each<[name: string, call: () => unknown]>([
  ['request', () => mock.fetch('http://mock.test/' as never)],
  ['request', () => mock.fetch(undefined as never)],
  ['http', () => handlers(undefined)],
  ['http', () => handlers({})],
  ['options', () => handlers(http, null)],
  ['mock', () => handlers(http, { mock: {} })],
  ['baseUrls', () => handlers(http, { baseUrls: 'https://api.test' })],
  ['baseUrls', () => handlers(http, { baseUrls: [5] })],
  ['baseUrls', () => handlers(http, { baseUrls: ['api.test'] })],
  ['document', () => play(5)],
  ['document', () => play({})],
  ...['document', 'operations', 'validators', 'envelope'].flatMap((part): [string, () => unknown][] => [
    ['document', () => play({ ...whole, [part]: 5 })],
    ['document', () => play({ ...whole, [part]: undefined })],
  ]),
  ['document', () => play({ ...whole, operations: null })],
  ['document', () => mock.useDocument(null as never)],
  ['options', () => startMock(5 as never)],
  ['options', () => createMock({ apps: [null] } as never)],
])('a wrong %s is refused by its name', async (name, call) => {
  const failure = await (async () => call())().catch((error: unknown) => error);
  const message = expect.stringMatching(new RegExp(`^The option ${name} `));
  expect(failure).toMatchObject({ name: 'MockError', code: 'INVALID_OPTION', message });
});

it.each<[call: string, made: () => Promise<unknown>]>([
  ['listUsers', () => mock.console.listUsers(null as never)],
  ['setFault', () => mock.console.setFault(5 as never)],
  ['moveClock', () => mock.console.moveClock({ byMs: '5' } as never)],
  ['waitForJournal', () => mock.console.waitForJournal({ count: '1' } as never)],
])('%s of the console says what is wrong with its request', async (call, made) => {
  await expect(made()).rejects.toMatchObject({ code: 'INVALID_REQUEST', message: expect.stringContaining(call) });
});

it('a document without an envelope is one', () => {
  expect(() => play(whole)).not.toThrow();
});
