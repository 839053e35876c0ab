import { afterEach, expect, it, vi } from 'vitest';
import { createEnvironment } from './environment.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

it('outside of a page there are no other tabs to listen to', () => {
  vi.stubGlobal('addEventListener', () => {});
  expect(createEnvironment()).not.toHaveProperty('openChannel');
  expect(createEnvironment()).not.toHaveProperty('events');
});

it('a page without BroadcastChannel and Web Locks does without', () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('BroadcastChannel', undefined);
  expect(createEnvironment()).toMatchObject({ openChannel: undefined, locks: undefined, events: globalThis });
});
