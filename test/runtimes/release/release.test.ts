import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RegistryStub, startRegistryStub } from './registry-stub.js';
import { cloneProject, type Manifest, type ScratchClone, waitingChangesets } from './scratch-clone.js';

let clone: ScratchClone;
let registry: RegistryStub;
let env: Record<string, string>;
/** The packages, and the changesets that wait, as they are before the release. */
let before: ReadonlyMap<string, Manifest>;
let waiting: string[];
let expected: string;

beforeAll(async () => {
  clone = await cloneProject();
  registry = await startRegistryStub();
  env = await makeEnvironment();
  before = await publishedManifests();
  waiting = await Promise.all((await waitingChangesets(clone.folder)).map((file) => clone.read(`.changeset/${file}`)));
  expected = nextVersion([...before.values()][0]?.version ?? '', waiting);
  await clone.run('npm', ['run', 'release:version'], { ...env, npm_config_offline: 'true' });
});
afterAll(async () => {
  await registry?.[Symbol.asyncDispose]();
  await clone?.[Symbol.asyncDispose]();
});

/** The manifests of the packages that are published. */
async function publishedManifests(): Promise<ReadonlyMap<string, Manifest>> {
  return new Map([...(await clone.manifests('packages')), ...(await clone.manifests('generator/package.json'))]);
}

function folderOf(name: string): string {
  const folder = name.replace('@nexconn-kit/', '');
  return folder === 'generator' ? folder : `packages/${folder}`;
}

/** Whatever does not go to the registry of this test goes over a proxy, which counts and refuses it. */
async function makeEnvironment(): Promise<Record<string, string>> {
  const npmrc = join(clone.folder, '.npmrc');
  await writeFile(npmrc, `//${new URL(registry.url).host}/:_authToken=for-this-test\n`);
  const proxy = { HTTP_PROXY: registry.url, HTTPS_PROXY: registry.url, NO_PROXY: '127.0.0.1' };
  const asLower = Object.fromEntries(Object.entries(proxy).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...proxy, ...asLower, npm_config_userconfig: npmrc, npm_config_registry: registry.url, CI: 'true' };
}

/** Of 0.x a minor version is what breaks; all packages go together. */
function nextVersion(version: string, changesets: readonly string[]): string {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (changesets.length === 0) return version;
  const isMinor = /^'@nexconn-kit\/[\w-]+': minor$/m.test(changesets.join('\n'));
  return isMinor ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

it('a release gives all packages the one version that its changesets ask for, and uses them up', async () => {
  const versions = [...(await publishedManifests()).values()].map(({ version }) => version);
  expect(versions).toEqual([...before].map(() => expected));
  expect(await waitingChangesets(clone.folder)).toEqual([]);
});

it('a release keeps the documents that it publishes, for `npm run spec:diff`', async () => {
  for (const name of ['nexconn', 'token-service', 'mock-console']) {
    expect(await clone.read(`spec/released/${name}.yaml`)).toContain(`# spec/${name} as version ${expected} has it.`);
  }
});

it('each package depends on the others of the same release, and so do the tests, the lock file and the examples', async () => {
  const all = ['packages', 'generator', 'test', 'examples'].map((folder) => clone.manifests(folder));
  const manifests = (await Promise.all(all)).flatMap((each) => [...each]);
  const ours = manifests.flatMap(([path, { dependencies = {}, devDependencies = {} }]) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([name]) => name.startsWith('@nexconn-kit/'))
      .map(([name, version]) => `${path}: ${name} ${version}`),
  );
  expect(ours.length).toBeGreaterThan(50);
  expect(ours.filter((line) => !line.endsWith(` ${expected}`))).toEqual([]);
  const { packages } = JSON.parse(await clone.read('package-lock.json')) as { packages: Record<string, Manifest> };
  const locked = Object.entries(packages).filter(([path]) => /^(packages\/[\w-]+|generator)$/.test(path));
  expect(locked.map(([, { version }]) => version)).toEqual([...before].map(() => expected));
});

it('each changelog begins with the release, and tells each change of that package once', async () => {
  const changelogs = new Map<string, string>();
  for (const [path, { name }] of before) {
    const changelog = await clone.read(path.replace('package.json', 'CHANGELOG.md'));
    expect(changelog.startsWith(`# ${name}\n\n## ${expected}\n`), name).toBe(true);
    changelogs.set(name, changelog.replaceAll(/\s+/g, ' '));
  }
  for (const change of waiting) {
    const [, head = '', ...text] = change.split(/^---\n/m);
    const firstWords = text.join('').replaceAll(/\s+/g, ' ').trim().slice(0, 40);
    for (const [name] of head.matchAll(/@nexconn-kit\/[\w-]+/g)) {
      expect((changelogs.get(name) ?? '').split(firstWords).length - 1, `${name}: ${firstWords}`).toBe(1);
    }
  }
});

it('all packages are published once, with what was built, and nobody else is asked', async () => {
  await clone.makePublishable();
  await clone.run('npx', ['changeset', 'publish', '--no-git-tag'], env);
  const named = (packages: Iterable<{ readonly name: string }>) => [...packages].map(({ name }) => name).sort();
  expect(named(registry.published)).toEqual(named(before.values()));
  for (const { name, versions, access, 'dist-tags': tags } of registry.published) {
    expect({ versions: Object.keys(versions), access, tags }).toEqual({
      versions: [expected],
      access: 'public',
      tags: { latest: expected },
    });
    expect(versions[expected]?.dist.integrity, name).toMatch(/^sha512-/);
    expect(readdirSync(join(clone.folder, folderOf(name))), name).toContain('dist');
  }
  expect(registry.others).toEqual([]);
});
