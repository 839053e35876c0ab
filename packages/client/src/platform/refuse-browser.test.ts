import { describe, expect, it } from 'vitest';
import { NexconnConfigurationError } from '../errors.js';
import { refuseBrowser } from './refuse-browser.js';

const browser = { navigator: { userAgent: 'Mozilla/5.0', product: 'Gecko' } };

describe('refuseBrowser', () => {
  it.each([
    ['a page', { ...browser, window: {}, document: {} }],
    ['a page with Node in it', { ...browser, window: {}, document: {}, process }],
    ['a web worker', { ...browser, WorkerGlobalScope: class {} }],
    ['a web worker with a polyfilled process', { ...browser, WorkerGlobalScope: class {}, process: { versions: {} } }],
    ['React Native', { window: {}, navigator: { product: 'ReactNative' } }],
  ])('refuses %s, and says where the token comes from instead', (_, scope) => {
    expect(() => refuseBrowser({}, scope)).toThrow(NexconnConfigurationError);
    expect(() => refuseBrowser({}, scope)).toThrow(/App Secret.*app server.*access token/);
    expect(() => refuseBrowser({ dangerouslyAllowBrowser: true }, scope)).not.toThrow();
  });

  it.each([
    ['Node', { process: { versions: { node: '20.19.0' } }, navigator: { userAgent: 'Node.js/22' } }],
    ['workerd', { WorkerGlobalScope: class {}, navigator: { userAgent: 'Cloudflare-Workers' } }],
    ['Deno', { window: {}, Deno: {} }],
    ['a worker of Deno', { WorkerGlobalScope: class {}, Deno: {} }],
    ['a worker of Bun', { WorkerGlobalScope: class {}, Bun: {} }],
    ['this process', globalThis],
  ])('lets %s through', (_, scope) => {
    expect(() => refuseBrowser({}, scope)).not.toThrow();
  });
});
