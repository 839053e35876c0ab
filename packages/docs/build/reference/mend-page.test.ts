import { expect, test } from 'vitest';
import { mendPage } from './mend-page.js';

const drawn =
  'L.main.withConfig({shouldForwardProp:e=>![`base`].includes(e)}).attrs({"data-component-name":`Markdown/Markdown`})';

test('a page has the colours of the site, and one <main>', () => {
  const page = mendPage(`<style>/* tokens.css */</style><script>${drawn};L.main\`\`</script>`);
  expect(page).toMatch(/<style>[\s\S]*--accent: light-dark\(/);
  expect(page).toContain('L.div.withConfig(');
  expect(page).toContain('L.main`');
});

test('a page that Redoc draws in another way fails the build', () => {
  expect(() => mendPage('<script></script>')).toThrow('Correct mend-page.ts');
});
