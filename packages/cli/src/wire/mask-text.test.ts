import { expect, it } from 'vitest';
import { maskText } from './mask-text.js';

it.each<[text: string, secrets: string[], masked: string]>([
  ['key=abcd, xabcdx', ['abcd'], 'key=[masked], x[masked]x'],
  ['https://pets.example/pets?key=s&sort=s', ['s'], 'https://pets.example/pets?key=[masked]&sort=[masked]'],
  ['{"said":"abc","abcde":"éabc"}', ['abc'], '{"said":"[masked]","abcde":"éabc"}'],
  ['a.c abc (a.c)', ['a.c'], '[masked] abc ([masked])'],
  ['Basic YTpi', ['b', 'YTpi'], 'Basic [masked]'],
  ['e mask', ['e', 'mask', ''], '[masked] [masked]'],
  ['$& a/b', ['a/b', '$&'], '[masked] [masked]'],
  ['nothing', [], 'nothing'],
])('%s with the secrets %j is %s', (text, secrets, masked) => {
  expect(maskText(text, secrets)).toBe(masked);
});

it('a mask is written as it is', () => {
  expect(maskText('key=abcd', ['abcd'], '$&')).toBe('key=$&');
});
