import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeIconStyles, withoutIconStyles } from './icon-styles.js';

const line = (href: string): string => `    <link rel="preload stylesheet" href="${href}" as="style">\n`;

test('a page asks for its styles, and not for those of icons', () => {
  const styles = line('/docs/assets/style.1.css');
  expect(withoutIconStyles(`<head>\n${styles}${line('/docs/vp-icons.css')}</head>`)).toBe(`<head>\n${styles}</head>`);
});

test('a page that does not ask for them fails the build', () => {
  expect(() => withoutIconStyles('<head></head>')).toThrow('no vp-icons.css any more');
});

test('an empty file is removed, and one with an icon fails the build', () => {
  const folder = mkdtempSync(join(tmpdir(), 'icon-styles-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'vp-icons.css');
  writeFileSync(file, '.vpi-social-x{}');
  expect(() => removeIconStyles(folder)).toThrow('has an icon');
  writeFileSync(file, '');
  removeIconStyles(folder);
  expect(existsSync(file)).toBe(false);
});
