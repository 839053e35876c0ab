import { expect, it } from 'vitest';
import { byteLength } from './text-length.js';

it.each([
  '',
  'abc',
  'é',
  '߿ࠀ',
  '\uffff',
  '😀',
  'a😀b😀',
  '\ud83d',
  '\ude00',
  '\ude00\ud83d',
  '\ud83d\ud83d\ude00',
  '\ud83d\ude00\ude00',
])('counts %j as an encoder does', (text) => {
  expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
});
