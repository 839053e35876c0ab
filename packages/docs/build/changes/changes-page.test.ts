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
  const [, body = ''] = page.split('`@nexconn-kit/`.');
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

it('a changeset that names no package is refused', () => {
  expect(() => readChangeset('---\n---\n\nWords.\n')).toThrow('names no package');
});
