import { expect, it } from 'vitest';
import { whyNoSigning } from './secure-context.js';

it('a page that browsers let sign has no obstacle, and another says which address would do', () => {
  expect(whyNoSigning({ isSecureContext: true, origin: 'http://127.0.0.1:4030' })).toBeUndefined();
  expect(whyNoSigning({ isSecureContext: false, origin: 'http://192.168.1.5:4030' })).toMatch(
    /http:\/\/192\.168\.1\.5:4030.*http:\/\/127\.0\.0\.1/,
  );
});
