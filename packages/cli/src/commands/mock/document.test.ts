import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findDocument } from './document.js';

const checkout = fileURLToPath(new URL('../../../../..', import.meta.url));

test('takes the document that is named, watched or not', () => {
  expect(findDocument({ document: 'a.yaml' }, checkout)).toBe('a.yaml');
  expect(findDocument({ document: 'a.yaml', watch: true }, checkout)).toBe('a.yaml');
});

test('takes none where none is named, so that the one of the build is played', () => {
  expect(findDocument({}, checkout)).toBeUndefined();
});

test('takes to watch the one of a checkout, and says elsewhere how to name one', () => {
  expect(findDocument({ watch: true }, checkout)).toBe('spec/nexconn/openapi.yaml');
  const thrown = () => findDocument({ watch: true }, tmpdir());
  expect(thrown).toThrow(expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('--document') }));
});
