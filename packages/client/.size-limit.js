import { readFileSync } from 'node:fs';

const document = new URL('../contract/src/generated/nexconn/openapi.gen.json', import.meta.url);
const text = readFileSync(document, 'utf8');
const operations = Object.values(JSON.parse(text).paths).flatMap(Object.keys);

/** What only some operations need is in the client once: it writes forms, paths and queries, and tells shapes apart. */
const shared = /"(multipart\/form-data|oneOf)":|"in": "(path|query)"/.test(text) ? 2700 : 0;

/** What each operation of a document after its first one takes: its row and its validators. */
const further = 320 * (operations.length - 1);

export default [
  {
    name: 'everything, for the web',
    path: 'dist/index.js',
    limit: `${27_130 + shared + further} B`,
    gzip: true,
  },
  {
    name: 'createNexconnClient of lite and the errors, for the web',
    import: { 'dist/lite/index.js': '{ createNexconnClient }', 'dist/index.js': '{ NexconnError }' },
    limit: `${22_720 + shared + further} B`,
    gzip: true,
  },
  {
    name: 'createApiClient of lite, for the web',
    path: 'dist/lite/index.js',
    import: '{ createApiClient }',
    limit: '21390 B',
    gzip: true,
  },
];
