import { expect, it } from 'vitest';
import { createTemplateIndex } from './route.js';

const paths = ['/a/{x}/c', '/a/b/{y}', '/a/{x}', '/{any}/{more}/c', '/files/{name}.json'];
const find = createTemplateIndex(
  paths.map((path) => [path, path] as const),
  (template, path) => new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
);

it.each([
  ['/a/1/c', '/a/{x}/c'],
  ['/a/b/c', '/a/b/{y}'],
  ['/a/b', '/a/{x}'],
  ['/z/1/c', '/{any}/{more}/c'],
  ['/files/list.json', '/files/{name}.json'],
])('%s is %s', (path, template) => {
  expect(find(path)).toBe(template);
});

it.each(['/a', '/a/b/c/d', '/files/list.xml', '/', '', '/a//c'])('%s is none of them', (path) => {
  expect(find(path)).toBe(undefined);
});
