import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMock } from '@nexconn-kit/mock';
import type { Described } from './described.js';

/** What the loader below returns, in the page. */
export declare const data: Described;

export default {
  async load(): Promise<Described> {
    const { console, appKey, appSecret } = createMock();
    const { operations, errors } = await console.describeDocument();
    const path = fileURLToPath(import.meta.resolve('@nexconn-kit/contract/openapi.json'));
    const { 'x-envelope': envelope } = JSON.parse(readFileSync(path, 'utf8')) as {
      'x-envelope': Described['envelope'];
    };
    return { operations, errors, envelope, appKey, appSecret };
  },
};
