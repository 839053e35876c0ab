import { expect, it } from 'vitest';
import { changesPage, readChangelog, readChangeset } from './changes-page.js';

const changelog = (name: string, text: string) =>
  readChangelog(
    `# @nexconn-kit/${name}\n\n## 0.10.0\n\n### Minor Changes\n\n- 1a2b3c4: ${text}\n\n  And more.\n\n### Patch Changes\n\n- Updated dependencies [1a2b3c4]\n\n## 0.9.0\n\n- The first version.\n`,
  );

it('what comes next stands before the versions, the newest first, and a change of several packages once', () => {
  const next = readChangeset("---\n'@nexconn-kit/mock': minor\n'@nexconn-kit/client': major\n---\n\nIt is gone.\n");
  const page = changesPage([next], [changelog('mock', 'It answers.'), changelog('cli', 'It answers.')]);
  expect(page).toContain('\nsearch: false\n');
  const [, body = ''] = page.split(/`@nexconn-kit\/`\.|## What can go wrong/);
  expect(body.trim().split(/\n\n/)).toEqual([
    '## The next version {#the-next-version}',
    '### Breaking {#the-next-version-breaking}',
    '- **client, mock**: It is gone.',
    '## 0.10.0 {#0-10-0}',
    '### New {#0-10-0-new}',
    '- **cli, mock**: It answers.',
    '  And more.',
    '## 0.9.0 {#0-9-0}',
    '### New {#0-9-0-new}',
    '- **cli, mock**: The first version.',
  ]);
});

it('many changes of one kind stand under the names of their packages', () => {
  const changeOf = (names: readonly string[], text: string) =>
    readChangeset(`---\n${names.map((name) => `'@nexconn-kit/${name}': patch`).join('\n')}\n---\n\n${text}\n`);
  const many = Array.from({ length: 6 }, (_, index) => changeOf([index < 3 ? 'mock' : 'cli'], `Change ${index}.`));
  const [, body = ''] = changesPage(
    [...many, ...many.map(({ text }) => changeOf(['cli', 'mock'], `${text} Both.`))],
    [],
  ).split('#the-next-version-mended}\n\n');
  const [lists = ''] = body.split('## What can go wrong');
  expect(lists.trim().split('\n\n')).toEqual([
    '#### cli {#the-next-version-mended-cli}',
    '- Change 3.\n- Change 4.\n- Change 5.',
    '#### mock {#the-next-version-mended-mock}',
    '- Change 0.\n- Change 1.\n- Change 2.',
    '#### Several packages {#the-next-version-mended-several}',
    many.map(({ text }) => `- **cli, mock**: ${text} Both.`).join('\n'),
  ]);
});

it('a changeset that names no package is refused', () => {
  expect(() => readChangeset('---\n---\n\nWords.\n')).toThrow('names no package');
});
