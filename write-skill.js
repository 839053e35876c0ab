import { readFile, rename, writeFile } from 'node:fs/promises';

// Runs before a package is packed, from its folder: what a coding assistant reads is of the version that is packed.
const sources = new URL('packages/docs/site/', import.meta.url);
/** Where the pages are published; each of them as Markdown too. */
const site = 'https://nexconn-kit.github.io/nexconn-kit/';
const repository = 'https://github.com/nexconn-kit/nexconn-kit/blob/main/';
const { name, version, description } = JSON.parse(await readFile('package.json', 'utf8'));
const page = await readFile(new URL('guides/coding-assistants.md', sources), 'utf8');
const readme = await readFile('README.md', 'utf8');

const [, skill] = /<!-- skill -->\n([\s\S]*?)<!-- \/skill -->/.exec(page) ?? [];
if (skill === undefined)
  throw new Error('coding-assistants.md has no text between <!-- skill --> and <!-- /skill -->.');

const about =
  'Use for the access tokens of Nexconn users: issuing, storing and handing them out on an app server, connecting an app with ' +
  'them, signing requests to the Nexconn Server API, and testing against its mock. Says which package and call, and what never to do.';
const front = [
  '---',
  'name: nexconn-kit',
  `description: ${JSON.stringify(about)}`,
  'license: MIT',
  'metadata:',
  `  version: "${version}"`,
];
const head = `# nexconn-kit ${version}\n\nOf the packages @nexconn-kit/* at version ${version}. Other versions have a skill of their own.\n`;
await writeWhole(
  'SKILL.md',
  `${[...front, '---'].join('\n')}\n\n${head}${absolute(skill).replaceAll(' output\n', '\n')}`,
);

const named = readme.matchAll(/\/nexconn-kit\.github\.io\/nexconn-kit\/([\w/-]+)\.html/g);
const told = await Promise.all([...new Set([...named].map(([, path]) => `${path}.md`))].map(entryOf));
const list = [
  `# ${name} ${version}`,
  `> ${description}`,
  '## In this package',
  [
    '- [README.md](./README.md): what it is, an example, and where all else stands',
    '- [SKILL.md](./SKILL.md): which package and call to take, and what never to do',
    '- [CHANGELOG.md](./CHANGELOG.md): what changed',
  ].join('\n'),
  '## Guides',
  [...told, await entryOf('guides/index.md')].join('\n'),
];
await writeWhole('llms.txt', `${list.join('\n\n')}\n`);

/** In a package there is no site: its links lead to the published one, or to the repository. */
function absolute(markdown) {
  return markdown.replaceAll(/\]\(((?:\.\.?\/)+[^)\s]+)\)/g, (_link, path) => {
    const inRepository = new URL(path, `${repository}packages/docs/site/guides/`).href;
    return `](${inRepository.replace(`${repository}packages/docs/site/`, site)})`;
  });
}

/** A line of the list: what a page of the site says of itself. */
async function entryOf(path) {
  const text = await readFile(new URL(path, sources), 'utf8');
  const [title, about] = ['title', 'description'].map((field) => new RegExp(`^${field}: (.*)$`, 'm').exec(text)?.[1]);
  return `- [${title}](${site}${path}): ${about}`;
}

/** Another packing of the same folder may read meanwhile: it finds a whole file. */
async function writeWhole(file, text) {
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return;
  const beside = `.${file}.${process.pid}`;
  await writeFile(beside, text);
  await rename(beside, file);
}
