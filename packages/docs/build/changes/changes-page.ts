/** What a version needs for a change: the words of semantic versioning. */
type Bump = 'major' | 'minor' | 'patch';

/** One change, of one package or several. */
export interface Change {
  readonly bump: Bump;
  /** Without the scope. */
  readonly packages: readonly string[];
  readonly text: string;
}

const headings: readonly (readonly [bump: Bump, heading: string])[] = [
  ['major', 'Breaking'],
  ['minor', 'New'],
  ['patch', 'Mended'],
];

/** Returns the change of a file of `.changeset/`. @throws Error where its head names no package, or another bump than the three */
export function readChangeset(file: string): Change {
  const [, head = '', text = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file) ?? [];
  const lines = [...head.matchAll(/^['"]?@nexconn-kit\/([\w-]+)['"]?: (major|minor|patch)$/gm)];
  const bump = headings.find(([each]) => lines.some(([, , given]) => given === each))?.[0];
  if (bump === undefined || text.trim() === '')
    throw new Error(`This changeset names no package, or says nothing:\n${file}`);
  return { bump, packages: lines.map(([, name = '']) => name).sort(), text: text.trim() };
}

/** Returns the changes of a `CHANGELOG.md` by version, as changesets write it. */
export function readChangelog(file: string): ReadonlyMap<string, readonly Change[]> {
  const [, name = ''] = /^# @nexconn-kit\/([\w-]+)$/m.exec(file) ?? [];
  const versions = file.split(/^## (?=\d)/m).slice(1);
  return new Map(versions.map((block) => [block.slice(0, block.indexOf('\n')).trim(), changesOf(block, name)]));
}

function changesOf(block: string, name: string): Change[] {
  return block.split(/^### /m).flatMap((section) => {
    const [, kind = 'minor'] = /^(Major|Minor|Patch) Changes/.exec(section) ?? [];
    const bullets = section
      .split(/^- /m)
      .slice(1)
      .map((bullet) => bullet.replaceAll(/^ {2}/gm, '').trim());
    // That a package of ours was raised with the others says nothing.
    const own = bullets.filter((bullet) => !bullet.startsWith('Updated dependencies'));
    const bump = kind.toLowerCase() as Bump;
    return own.map((bullet) => ({ bump, packages: [name], text: bullet.replace(/^[0-9a-f]{7,40}: /, '') }));
  });
}

/** Returns the page of all changes: those of the next version first, then each version, the newest first. */
export function changesPage(
  next: readonly Change[],
  released: readonly ReadonlyMap<string, readonly Change[]>[],
): string {
  const versions = [...new Set(released.flatMap((changes) => [...changes.keys()]))].sort(byVersion).reverse();
  const sections = versions.map((version) =>
    section(version, merged(released.flatMap((each) => each.get(version) ?? []))),
  );
  return [
    '---\ntitle: Changes\ndescription: What has changed in each version of the packages, and what the next one brings.\norder: 90\nsearch: false\n---',
    '# Changes',
    'All packages have one version. Their names stand here without `@nexconn-kit/`.',
    ...(next.length === 0 ? [] : [section('The next version', merged(next))]),
    ...sections,
    whatCanGoWrong,
    '',
  ].join('\n\n');
}

const whatCanGoWrong = `## What can go wrong

| what you see after an update | why | what to do |
|---|---|---|
| an import or an option is not there any more | it was renamed, or is gone | "Breaking" of that version says what takes its place |
| two packages do not fit together | their versions differ | install the same version of each: \`npm ls @nexconn-kit/client\` shows them |
| \`STORE_FAILED\`, and the data are of a newer version | a newer one has written them | [versions of the data](./guides/token-stores.md#versions-of-the-data); start the newer one |`;

/** Returns the changes with those of one text as one, of all their packages. */
function merged(changes: readonly Change[]): Change[] {
  const byText = new Map<string, Change>();
  for (const change of changes) {
    const packages = [...(byText.get(change.text)?.packages ?? []), ...change.packages];
    byText.set(change.text, { ...change, packages: [...new Set(packages)].sort() });
  }
  return [...byText.values()];
}

/** From so many changes of one kind on, those of each package stand under its name. */
const longList = 12;

function section(title: string, changes: readonly Change[]): string {
  const blocks = headings.flatMap(([bump, heading]) => {
    const own = changes.filter((change) => change.bump === bump);
    const anchor = anchorOf(`${title} ${heading}`);
    if (own.length === 0) return [];
    return [`### ${heading} {#${anchor}}`, ...(own.length < longList ? [listOf(own)] : listsByPackage(own, anchor))];
  });
  return [`## ${title} {#${anchorOf(title)}}`, ...blocks].join('\n\n');
}

/** Returns a heading and a list for each package, and at the end for what several have in common. */
function listsByPackage(changes: readonly Change[], anchor: string): string[] {
  const names = [...new Set(changes.flatMap(({ packages }) => (packages.length === 1 ? packages : [])))].sort();
  const lists = names.flatMap((name) => {
    const own = changes.filter(({ packages }) => packages.length === 1 && packages[0] === name);
    return [`#### ${name} {#${anchor}-${name}}`, own.map((change) => bulletOf(change.text)).join('\n')];
  });
  const common = changes.filter(({ packages }) => packages.length > 1);
  return [...lists, ...(common.length === 0 ? [] : [`#### Several packages {#${anchor}-several}`, listOf(common)])];
}

/** Returns the changes with the names of their packages, those of the same packages together. */
function listOf(changes: readonly Change[]): string {
  const lines = changes.map(({ packages, text }) => bulletOf(`**${packages.join(', ')}**: ${text}`));
  return lines.sort((one, other) => one.localeCompare(other, 'en')).join('\n');
}

function bulletOf(text: string): string {
  return `- ${text.replaceAll(/\n(?=.)/g, '\n  ')}`;
}

function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

/** Orders versions by their numbers. */
function byVersion(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}
