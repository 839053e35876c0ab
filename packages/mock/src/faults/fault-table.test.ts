import { readFileSync } from 'node:fs';
import { errorCatalogue } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { guidePath, withFaultTable } from '../../test/fault-table-markdown.js';
import { faultTable } from './fault-table.js';
import { createFaults } from './faults.js';

const guide = readFileSync(guidePath, 'utf8');

it('is the one in the guide; if not, run: npm run faults --workspace=packages/mock', () => {
  expect(guide).toBe(withFaultTable(guide));
});

it.each(Object.entries(faultTable))('has examples of %s that work', (kind, { headerExample, magicExample }) => {
  const faults = createFaults(() => errorCatalogue);
  expect(faults.next({ header: headerExample })?.kind).toBe(kind);
  const userId = `mockFault${magicExample}`;
  expect(faults.next({ userId })?.kind).toBe(kind);
  expect(userId).toMatch(/^[A-Za-z0-9]{1,64}$/);
});
