import { expect, test } from 'vitest';
import { shareBundle } from './share-bundle.js';

const page = [
  '<div id="redoc"></div><script type="module">',
  'var { RedocStandalone, hydrate, init } = build();export{RedocStandalone,hydrate,init};',
  '',
  'const __redoc_definition = {};',
  "hydrate(__redoc_definition, {}, document.getElementById('redoc'));",
  '</script>',
].join('\n');

test('the program is a file of its own, and the page loads it from there', () => {
  const { page: left, script } = shareBundle(page, '../../');
  expect(script.text).toBe('var { RedocStandalone, hydrate, init } = build();export{RedocStandalone,hydrate,init};\n');
  expect(script.path).toMatch(/^assets\/redoc\.[0-9a-f]{8}\.js$/);
  expect(left).toContain(`import { hydrate } from '../../${script.path}';\n\nconst __redoc_definition`);
  expect(left).not.toContain('build()');
});

test('pages of one Redoc share one file', () => {
  expect(shareBundle(page.replace('= {}', '= {"a":1}'), '../').script).toEqual(shareBundle(page, '../').script);
});

test('a page that is built in another way fails the build', () => {
  expect(() => shareBundle(page.replace('export{', 'export {'), '../')).toThrow('share-bundle.ts');
  expect(() => shareBundle(page.replace('type="module"', ''), '../')).toThrow('share-bundle.ts');
});
