import { readFileSync } from 'node:fs';

const document = new URL('./src/generated/nexconn/openapi.gen.json', import.meta.url);
const operations = Object.values(JSON.parse(readFileSync(document, 'utf8')).paths).flatMap(Object.keys);

/** Of one validator, in bytes; what it shares with those of further operations takes a little more. */
const limit = 1480 + 60 * (operations.length - 1);

export default [
  {
    name: 'validateIssueAccessTokenRequest',
    path: 'dist/index.js',
    import: '{ validateIssueAccessTokenRequest }',
    limit: `${limit} B`,
    gzip: true,
  },
];
