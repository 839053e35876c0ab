import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { errorCatalogue } from '@nexconn-kit/contract';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { packedFolder } from './packed-folder.js';

const root = resolve(import.meta.dirname, '../..');
const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
/** Finds a file by the path that a package exports. */
const find = (path: string): string =>
  createRequire(join(packedFolder(), 'consumer.js')).resolve(`@nexconn-kit/${path}`);
const onSite = (path: string): string => join(packedFolder(), 'node_modules/@nexconn-kit/docs/dist/site/api', path);

/** Each document where people take it: by the path that its package exports, and beside its page on the site. */
const documents = {
  'the Server API': [() => find('contract/openapi.json'), () => onSite('openapi.json')],
  'the console of the mock': [() => find('mock/console/openapi.json'), () => onSite('mock-console/openapi.json')],
  'the token endpoint': [
    () => find('token-service/token-endpoint/openapi.json'),
    () => onSite('token-service/openapi.json'),
  ],
} as const;

/** Reads the copies of a document as they are taken, which are all the same one. */
// biome-ignore lint/suspicious/noExplicitAny: what is read is compared, and has no type of its own.
function readCopies(name: keyof typeof documents): any {
  const [first, ...others] = documents[name].flatMap((pathOf) => [
    JSON.parse(readFileSync(pathOf(), 'utf8')),
    parse(readFileSync(pathOf().replace(/json$/, 'yaml'), 'utf8')),
  ]);
  expect(others).toHaveLength(3);
  for (const other of others) expect(other).toEqual(first);
  return first;
}

describe.each(Object.keys(documents) as (keyof typeof documents)[])('the document of %s, as JSON and YAML', (name) => {
  it('is the same in its package and on the site, and says whose it is', () => {
    const { openapi, info, externalDocs } = readCopies(name);
    expect(openapi).toBe('3.1.0');
    expect(info.contact).toEqual({ name: 'nexconn-kit', url: home });
    expect(externalDocs.description).toMatch(/\w+ \w+/);
    expect(externalDocs.url).toMatch(new RegExp(`^${home}/`));
  });

  it('has nothing in its description that is filled in later', () => {
    expect(readCopies(name).info.description).not.toMatch(/<!--|generated:/);
  });
});

it('the description of the Server API has a row for each error, with what to do', () => {
  const { description } = readCopies('the Server API').info;
  const rows = description.split('\n').filter((line: string) => /^\| \d/.test(line));
  const expected = Object.values(errorCatalogue).map(
    ({ code, name, httpStatus, meaning, remedy }) => `| ${code} ${name} | ${httpStatus} | ${meaning} ${remedy}`,
  );
  expect(expected.length).toBeGreaterThan(10);
  expect(rows).toEqual(expected.map((row) => expect.stringContaining(row)));
});

it('whoever generates a client from the document of the token endpoint can log in with it', () => {
  const { components, security, paths } = readCopies('the token endpoint');
  expect(components.securitySchemes).toMatchObject({ BearerAuth: { type: 'http', scheme: 'bearer' } });
  expect(security).toContainEqual({ BearerAuth: [] });
  const { post } = paths['/access-token'];
  expect(post).not.toHaveProperty('security');
  expect(post.responses['401']).toEqual({ $ref: '#/components/responses/Unauthorized' });
  expect(components.responses.Unauthorized.description).toMatch(/\w+ \w+/);
});

it('the signing vectors have paths that stay', () => {
  const files = readdirSync(join(root, 'spec/signing/vectors'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const published = readFileSync(find(`signing/vectors/${file}`), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(readFileSync(join(root, 'spec/signing/vectors', file), 'utf8')));
  }
});
