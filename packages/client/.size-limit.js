import { readFileSync } from 'node:fs';

const document = new URL('../contract/src/generated/nexconn/openapi.gen.json', import.meta.url);
const operations = Object.values(JSON.parse(readFileSync(document, 'utf8')).paths).flatMap(Object.keys);

/** Of the client with its first operation, in bytes; each further one takes its row and its validators with it. */
const limit = 26_850 + 320 * (operations.length - 1);

export default [{ name: 'everything, for the web', path: 'dist/index.js', limit: `${limit} B`, gzip: true }];
