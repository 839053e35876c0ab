import { readFileSync } from 'node:fs';
import { errorCatalogue } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { withFaultTable } from '../../test/fault-table-markdown.js';
import { faultTable } from './fault-table.js';
import { createFaults } from './faults.js';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

it('is the one in the README; if not, run: npm run readme --workspace=packages/mock', () => {
  expect(readme).toBe(withFaultTable(readme));
});

it.each(Object.entries(faultTable))('has examples of %s that work', (kind, { headerExample, magicExample }) => {
  const faults = createFaults(() => errorCatalogue);
  expect(faults.next({ header: headerExample })?.kind).toBe(kind);
  const userId = `mockFault${magicExample}`;
  expect(faults.next({ userId })?.kind).toBe(kind);
  expect(userId).toMatch(/^[A-Za-z0-9]{1,64}$/);
});
