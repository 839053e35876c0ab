import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Described } from './described.js';

/** What the loader below returns, in the page. */
export declare const data: Described;

export default {
  /** Returns what the build has written beside this file. */
  load(): Described {
    return JSON.parse(readFileSync(fileURLToPath(new URL('described.json', import.meta.url)), 'utf8'));
  },
};
