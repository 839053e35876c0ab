import { readFileSync } from 'node:fs';

const document = new URL('../contract/src/generated/nexconn/openapi.gen.json', import.meta.url);
const text = readFileSync(document, 'utf8');
const operations = Object.values(JSON.parse(text).paths).flatMap(Object.keys);

/** What only some operations need is in the client once: it writes forms, paths and queries, and tells shapes apart. */
const shared = /"(multipart\/form-data|oneOf)":|"in": "(path|query)"/.test(text) ? 1300 : 0;

/** Of the client with its first operation, in bytes; each further one takes its row and its validators with it. */
const limit = 26_795 + shared + 320 * (operations.length - 1);

export default [{ name: 'everything, for the web', path: 'dist/index.js', limit: `${limit} B`, gzip: true }];
