import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, it } from 'vitest';
import { packedFolder } from './packed-folder.js';

const root = resolve(import.meta.dirname, '../..');
const { repository, bugs } = readJson(join(root, 'package.json'));
const home = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
const site = 'https://nexconn-kit.github.io/nexconn-kit/';
const names = [...readdirSync(join(root, 'packages')), 'generator']
  .filter((name) => readJson(join(root, folderOf(name), 'package.json')).private !== true)
  .sort();
const unpacked = (name: string) => join(packedFolder(), 'node_modules/@nexconn-kit', name);

/** Returns the bytes of the tarball of a package. */
function tarballOf(name: string): Uint8Array<ArrayBuffer> {
  const folder = join(packedFolder(), 'tarballs');
  const file = readdirSync(folder).find(
    (each) => each.startsWith(`nexconn-kit-${name}-`) && /-\d/.test(each.slice(`nexconn-kit-${name}`.length)),
  );
  return new Uint8Array(readFileSync(join(folder, String(file))));
}

it('every package of the project is packed', () => {
  const tarballs = readdirSync(join(packedFolder(), 'tarballs')).filter((file) => file.startsWith('nexconn-kit-'));
  expect(tarballs).toEqual(names.map((name) => expect.stringMatching(`^nexconn-kit-${name}-\\d`)));
});

describe.each(names)('the tarball of %s', (name) => {
  it('says where the package comes from and how it is published', () => {
    expect(readJson(join(unpacked(name), 'package.json'))).toMatchObject({
      license: 'MIT',
      repository: { ...repository, directory: folderOf(name) },
      homepage: `${home}/tree/main/${folderOf(name)}#readme`,
      bugs,
      keywords: expect.arrayContaining(['nexconn']),
      publishConfig: { access: 'public', provenance: true },
      engines: { node: '>=20.19' },
    });
  });

  it('has the licence of the project and a changelog', () => {
    expect(readFileSync(join(unpacked(name), 'LICENSE'), 'utf8')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'));
    expect(readFileSync(join(unpacked(name), 'CHANGELOG.md'), 'utf8')).toMatch(
      new RegExp(`^# @nexconn-kit/${name}\n\n## `),
    );
  });

  it('has a README whose links lead somewhere from wherever it is shown', () => {
    const readme = readFileSync(join(unpacked(name), 'README.md'), 'utf8');
    expect(linksOf(readme).filter((link) => !/^(https:\/\/|#)/.test(link))).toEqual([]);
    expect(linksOf(readme).filter((link) => leadsNowhere(link, readme))).toEqual([]);
    for (const file of ['SUPPORT.md', 'SECURITY.md']) expect(readme).toContain(`${home}/blob/main/${file}`);
  });

  it('has no other page with a link to what is not in it', () => {
    const folder = unpacked(name);
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.md') && !path.includes('node_modules') && path !== 'README.md',
    );
    const wrong = pages.flatMap((page) => {
      const text = readFileSync(join(folder, page), 'utf8');
      const isThere = (link: string) =>
        link.includes(':')
          ? !leadsNowhere(link, text)
          : existsSync(join(folder, dirname(page), link.replace(/#.*/, '')));
      return linksOf(text).flatMap((link) => (isThere(link) ? [] : [`${page}: ${link}`]));
    });
    expect(wrong).toEqual([]);
  });

  it.skipIf(name === 'docs')('tells a coding assistant of this version, and of no other', () => {
    const { version } = readJson(join(unpacked(name), 'package.json'));
    const skill = readFileSync(join(unpacked(name), 'SKILL.md'), 'utf8');
    expect(skill).toMatch(
      /^---\nname: nexconn-kit\ndescription: ".{50,1024}"\nlicense: MIT\nmetadata:\n {2}version: "/,
    );
    expect(skill).toContain(`  version: "${version}"\n---\n\n# nexconn-kit ${version}\n`);
    expect(skill).not.toMatch(/\]\(\.|<!--/);
    expect(skill).toContain('## Never');
    const list = readFileSync(join(unpacked(name), 'llms.txt'), 'utf8');
    expect(list).toMatch(new RegExp(`^# @nexconn-kit/${name} ${version}\n\n> \\S`));
    for (const [, file = ''] of list.matchAll(/\]\(\.\/([^)]+)\)/g)) {
      expect(existsSync(join(unpacked(name), file)), file).toBe(true);
    }
    const outside = linksOf(list).filter((link) => link.includes(':'));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.filter((link) => leadsNowhere(link, list))).toEqual([]);
  });

  it('has nothing that publint complains of', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarballOf(name).buffer }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  it('has types that are right wherever an ES module is resolved', async () => {
    const { exports = {} } = readJson(join(unpacked(name), 'package.json'));
    // Documents, and a suite for the tests of others' stores, whose types are those of Vitest.
    const untyped = Object.keys(exports).filter((entry) => /\.(json|yaml)$|^\.\/store-suite$/.test(entry));
    if (Object.keys(exports).length === 0) return;
    const analysis = await checkPackage(createPackageFromTarballData(tarballOf(name)), {
      excludeEntrypoints: untyped,
    });
    const problems = analysis.types === false ? ['It has no types.'] : analysis.problems;
    const isOfCommonJs = (problem: unknown) =>
      /^(node10|node16-cjs)$/.test(Reflect.get(Object(problem), 'resolutionKind'));
    expect(problems.filter((problem) => !isOfCommonJs(problem))).toEqual([]);
  });

  it('has every file that its manifest names, and starts its commands by a line that every env understands', () => {
    const { exports = {}, bin = {} } = readJson(join(unpacked(name), 'package.json'));
    const targets = [...Object.values(exports).flatMap(publishedTargets), ...(Object.values(bin) as string[])];
    expect(targets.filter((target) => !target.includes('*') && !existsSync(join(unpacked(name), target)))).toEqual([]);
    for (const file of Object.values(bin) as string[]) {
      const path = join(unpacked(name), file);
      expect(readFileSync(path, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
      expect(statSync(path).mode & 0o111).toBe(0o111);
    }
  });
});

it('the token server brings nothing of the mock, nor of tests, to production', () => {
  const brought = broughtBy('token-server');
  expect(brought).toContain('jose');
  expect(
    brought.filter((name) => /stoplight|prism|postman|vitest|fast-check|nexconn-kit\/(mock|cli|docs)$/.test(name)),
  ).toEqual([]);
});

/** Returns the names of all packages that npm installs with one of ours, by the lock file. */
function broughtBy(name: string): string[] {
  const { packages } = readJson(join(root, 'package-lock.json'));
  const found = new Set([folderOf(name)]);
  for (const path of found) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const entry = [`${path}/node_modules/${needed}`, `node_modules/${needed}`].find((each) => packages[each]);
      if (entry) found.add(packages[entry].link ? packages[entry].resolved : entry);
    }
  }
  return [...found].map((path) => path.replace(/^.*node_modules\//, '').replace(/^packages\//, '@nexconn-kit/'));
}

function folderOf(name: string): string {
  return name === 'generator' ? name : `packages/${name}`;
}

// biome-ignore lint/suspicious/noExplicitAny: what is read is compared, and has no type of its own.
function readJson(path: string): any {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** The files behind an export, but for those that only sources inside the repository can import. */
function publishedTargets(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  const conditions = Object.entries(target as Record<string, string>);
  return conditions.filter(([name]) => name !== '@nexconn-kit/source').map(([, file]) => file);
}

function linksOf(page: string): string[] {
  const prose = page.replaceAll(/^```.*?^```/gms, '').replaceAll(/`[^`\n]*`(?!\])/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
}

/** Whether a link into the repository, to the published site, or within the page, has nothing at its end. */
function leadsNowhere(link: string, page: string): boolean {
  const [address = '', anchor] = link.split('#');
  if (address === '') return !anchorsOf(page).includes(`${anchor}`);
  if (address.startsWith(site)) return !isOnSite(address.slice(site.length), anchor);
  if (!address.startsWith(`${home}/`)) return address.startsWith('https://github.com/nexconn-kit');
  const [, , , ...path] = address.slice(home.length).split('/');
  const file = join(root, ...path);
  if (!existsSync(file)) return !/\/(issues|security\/advisories\/new)$/.test(address);
  return anchor !== undefined && anchor !== 'readme' && !anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

/** Whether the site that was built has this page, and the anchor in it. */
function isOnSite(path: string, anchor: string | undefined): boolean {
  const file = join(root, 'packages/docs/dist/site', path.replace(/^$|\/$/, '$&index.html'));
  return existsSync(file) && (anchor === undefined || readFileSync(file, 'utf8').includes(` id="${anchor}"`));
}

/** The anchors of the headings of a page, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  const named = [...page.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const ofHeadings = headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
  return [...named, ...ofHeadings];
}
