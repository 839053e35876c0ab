import { describe, expect, it } from 'vitest';
import { makeScratchDocument, pathText } from '../../test/support/scratch-document.js';
import { DocumentError, loadDocument } from '../index.js';

const code =
  'x-error-codes:\n  - {code: 1, name: Lost, httpStatus: 400, retryable: false, meaning: Gone., remedy: Wait.}\n';
const envelope = 'x-envelope: {code: code, success: 200, message: why, result: result}\n';
const rateLimit = '  x-rate-limit: {limit: 5, windowSeconds: 1, per: app-key}\n';
const thing = 'type: object\nproperties:\n  text:\n    type: string\n    maxLength: 9\n';

/** Reads a document with these lines at the end of its root, of its operation and of the property `text`. */
async function load({ root = '', operation = '', property = '' }): Promise<readonly object[]> {
  await using scratch = await makeScratchDocument();
  await scratch.append('openapi.yaml', root);
  await scratch.write('paths/first.yaml', `${pathText('first')}${operation}`);
  await scratch.write('schemas/Thing.yaml', `${thing}${property}`);
  const outcome = await loadDocument(scratch.path).catch((error: unknown) => error);
  if (!(outcome instanceof DocumentError)) return [];
  return outcome.problems.map(({ file, ...problem }) => ({ ...problem, file: file.slice(scratch.folder.length + 1) }));
}

const inRoot = { file: 'openapi.yaml', line: 5 };
const inCodes = { file: 'openapi.yaml', line: 6, pointer: '#/x-error-codes/0' };
const inOperation = { file: 'paths/first.yaml', line: 12, pointer: '#/post/x-rate-limit' };
const inProperty = { file: 'schemas/Thing.yaml', line: 6 };
const textIn = '#/properties/text';

describe('an extension of another shape is refused, with file, line, pointer and a hint', () => {
  it.each<[claim: string, lines: Parameters<typeof load>[0], place: object, words: RegExp]>([
    [
      'no byte at all',
      { property: '    x-max-bytes: 0\n' },
      { ...inProperty, pointer: `${textIn}/x-max-bytes` },
      /is 0; it must/,
    ],
    [
      'half a byte',
      { property: '    x-max-bytes: 0.5\n' },
      { ...inProperty, pointer: `${textIn}/x-max-bytes` },
      /is 0\.5; it must/,
    ],
    [
      'an empty text that may be absent',
      { property: '    x-empty-is-absent: yes\n' },
      { ...inProperty, pointer: `${textIn}/x-empty-is-absent` },
      /is "yes"; it is true or left out/,
    ],
    [
      'an echo of nothing',
      { property: '    x-echoes: true\n' },
      { ...inProperty, pointer: `${textIn}/x-echoes` },
      /is true; it must be the name of a field/,
    ],
    [
      'random text of no length',
      { property: '    x-mock: {random: base64, size: 72}\n' },
      { ...inProperty, pointer: `${textIn}/x-mock` },
      /is no rule/,
    ],
    [
      'random text of length 0',
      { property: '    x-mock: {random: hex, bytes: 0}\n' },
      { ...inProperty, pointer: `${textIn}/x-mock` },
      /is no rule/,
    ],
    [
      'random text in another encoding',
      { property: '    x-mock: {random: utf8, bytes: 8}\n' },
      { ...inProperty, pointer: `${textIn}/x-mock` },
      /is no rule/,
    ],
    ['a limit of no call', { operation: rateLimit.replace('5', '0') }, inOperation, /no positive whole limit/],
    ['a limit of half a call', { operation: rateLimit.replace('5', '0.5') }, inOperation, /no positive whole limit/],
    [
      'a window without length',
      { operation: rateLimit.replace('windowSeconds: 1', 'windowSeconds: 0') },
      inOperation,
      /positive windowSeconds/,
    ],
    [
      'a server that may be one’s own',
      { root: 'x-own-server: maybe\n' },
      { ...inRoot, pointer: '#/x-own-server' },
      /is "maybe"; it is true or left out/,
    ],
    [
      'an envelope without its result',
      { root: envelope.replace('result:', 'results:') },
      { ...inRoot, pointer: '#/x-envelope' },
      /four things/,
    ],
    [
      'half a code of success',
      { root: envelope.replace('200', '0.5') },
      { ...inRoot, pointer: '#/x-envelope' },
      /four things/,
    ],
    [
      'an error that may be retryable',
      { root: code.replace('retryable: false', 'retryable: perhaps') },
      inCodes,
      /Lost is neither/,
    ],
    [
      'an error of no HTTP status',
      { root: code.replace('httpStatus: 400', 'httpStatus: 42') },
      inCodes,
      /from 100 to 599/,
    ],
    [
      'an error name with a hyphen',
      { root: code.replace('name: Lost', 'name: not-found') },
      inCodes,
      /no name of letters/,
    ],
    [
      'a name of two errors',
      { root: `${code}${code.slice(code.indexOf('  -'))}` },
      { ...inCodes, line: 7, pointer: '#/x-error-codes/1' },
      /Lost is used twice/,
    ],
  ])('%s', async (_, lines, place, words) => {
    const [problem, ...others] = await load(lines);
    expect(problem).toMatchObject({
      ...place,
      message: expect.stringMatching(words),
      hint: expect.stringMatching(/./),
    });
    expect(others).toEqual([]);
  });
});

describe('an extension of its shape is taken', () => {
  it.each([
    ['base64', { property: '    x-mock: {random: base64, bytes: 72}\n' }],
    ['base64url', { property: '    x-mock: {random: base64url, bytes: 72}\n' }],
    ['hex', { property: '    x-mock: {random: hex, bytes: 72}\n' }],
    ['an echo', { property: '    x-mock: {echo: text}\n' }],
    ['an error with a small letter', { root: code.replace('Lost', 'lost') }],
    ['an envelope', { root: envelope }],
    ['a rate limit', { operation: rateLimit }],
  ])('%s', async (_, lines) => {
    expect(await load(lines)).toEqual([]);
  });

  it('and a property may have the name of one', async () => {
    expect(await load({ property: '  x-mock:\n    type: string\n  x-max-bytes: {type: integer}\n' })).toEqual([]);
  });

  it('and a value that is only shown or compared with may look like one', async () => {
    expect(await load({ property: '    default: {x-max-bytes: none}\n    examples: [{x-mock: 1}]\n' })).toEqual([]);
  });
});
