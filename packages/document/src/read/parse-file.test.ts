import { expect, it } from 'vitest';
import { parseSourceFile } from './parse-file.js';

const nested = (levels: number): string => `{"a": ${'['.repeat(levels)}${']'.repeat(levels)}}`;

it.each([
  ['JSON', nested],
  ['YAML', (levels: number) => `# YAML\n${nested(levels)}`],
])('%s that is nested too deep for what follows schemas is refused with the limit', (_, textOf) => {
  expect(parseSourceFile('/openapi', 'openapi', textOf(399))).toMatchObject({ problems: [] });
  const message = 'The values of this file are nested more than 400 levels deep.';
  expect(parseSourceFile('/openapi', 'openapi', textOf(400)).problems).toMatchObject([{ file: 'openapi', message }]);
});

it('JSON is refused so however deep it is', () => {
  expect(parseSourceFile('/openapi', 'openapi', nested(100_000)).problems).toHaveLength(1);
});
