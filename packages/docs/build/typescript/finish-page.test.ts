import { expect, test } from 'vitest';
import { finishPage } from './finish-page.js';

const entry = { specifier: '@nexconn-kit/signing/node', name: 'signing-node', source: '/signing/node.ts' };
const errorsPage =
  '## Signing {#signing}\n\n### INVALID_OPTION {#signing-INVALID_OPTION}\n\n## Refusals {#refused-signatures}\n';
const finish = (...paragraphs: string[]): string => finishPage(paragraphs.join('\n\n'), entry, 7, errorsPage);

test('a page has the name that a program imports, its place in the list, and says what can go wrong', () => {
  const page = finish('text');
  expect(page).toContain('\norder: 7\n');
  expect(page).toContain('\n# @nexconn-kit/signing/node\n');
  expect(page).toMatch(
    /\n## What can go wrong\n\n.*: \[Signing\]\(..\/errors.md#signing\), \[Refusals\]\(..\/errors.md#refused-signatures\)\.\n$/,
  );
});

test('a module whose errors are told nowhere fails the build', () => {
  expect(() => finishPage('', { ...entry, name: 'new-module' }, 1, errorsPage)).toThrow('@nexconn-kit/signing/node');
  expect(() => finishPage('', entry, 1, '')).toThrow('no section signing');
});

test('a code that is thrown leads to what the page of errors says of it, and no other word in capitals', () => {
  const page = finish(
    '#### Throws',
    '`SigningError` INVALID_OPTION, by\n`INVALID_OPTION` or JSON',
    '#### See',
    'INVALID_OPTION',
  );
  const link = '[`INVALID_OPTION`](../errors.md#signing-INVALID_OPTION)';
  expect(finish('| a | Text. **Throws** INVALID_OPTION |')).toContain(`**Throws** ${link} |`);
  expect(page).toContain(`\`SigningError\` ${link}, by\n${link} or JSON\n\n#### See\n\nINVALID_OPTION\n`);
});

test('all that is thrown stands under one heading, and what has to be passed has no default', () => {
  const thrown = finish('#### Throws', '`A`', '#### Throws', '`B` INVALID_OPTION', '#### See', 'x');
  const link = '[`INVALID_OPTION`](../errors.md#signing-INVALID_OPTION)';
  expect(thrown).toContain(`#### Throws\n\n\`A\`\n\n\`B\` ${link}\n\n#### See\n`);
  const rows = '| `port` | `number` | `undefined` |\n| `host?` | `string` | `undefined` |\n| `a` | - |';
  expect(finish(rows)).toContain('| `port` | `number` | |\n| `host?` | `string` | `undefined` |\n| `a` | |\n');
});

test('a file of the repository is linked', () => {
  expect(finish('#### See', 'spec/signing/README.md')).toContain(
    '[spec/signing/README.md](https://github.com/nexconn-kit/nexconn-kit/blob/main/spec/signing/README.md)',
  );
});

test('what other modules export has a line each', () => {
  const page = finish(
    '## References',
    '<a id="a"></a>',
    '### A',
    'Re-exports [A](signing.md#a)',
    '***',
    '### B',
    'Re-exports [B](b.md)',
  );
  expect(page).toContain('## Exported from other modules\n\n- [A](signing.md#a)\n- [B](b.md)\n\n## What can go wrong');
});

test('a constructor, an accessor and a member of a union have no heading that says nothing', () => {
  const made = [
    '#### Constructors',
    '<a id="c"></a>',
    '##### Constructor',
    '> **new A**(`b`)',
    '###### Parameters',
    '| `b` |',
  ];
  const page = finish(
    ...made,
    ...[
      '###### Returns',
      '`A`',
      '#### Accessors',
      '##### url',
      '###### Get Signature',
      '> **get** **url**(): `string`',
    ],
    ...['Its address.', '###### Returns', '`string`', '##### Type Literal', '\\{ `type`: `"call-start"`; \\}'],
  );
  const lines = page.split('\n').filter((line) => line !== '');
  expect(lines.slice(lines.indexOf('#### Constructor'), -2)).toEqual([
    ...['#### Constructor', '<a id="c"></a>', '> **new A**(`b`)', '##### Parameters', '| `b` |'],
    ...['#### Accessors', '##### url', '> **get** **url**(): `string`', 'Its address.'],
    ...['##### `call-start`', '\\{ `type`: `"call-start"`; \\}'],
  ]);
});
