import { access, readdir, readFile, rm } from 'node:fs/promises';

// Runs before a package is packed, from its folder: what an older build left in dist has no source any more, and neither the
// compiler nor a restored cache takes it away. What has one is never touched, since programs may run from here meanwhile.
const files = (await readdir('dist', { recursive: true })).map((file) => file.replaceAll('\\', '/'));
// The site is put there whole.
const compiled = files.filter((file) => /\.(js|d\.ts)(\.map)?$/.test(file) && !file.startsWith('site/'));
const sourced = await Promise.all(compiled.map(hasSource));
const kept = new Set(compiled.filter((_, index) => sourced[index]));

// A bundler's chunk has no source of its own, but a file that imports it.
for (const file of kept) {
  if (!file.endsWith('.js')) continue;
  const text = await readFile(`dist/${file}`, 'utf8');
  for (const [chunk] of text.matchAll(/\bchunk-\w+\.js\b/g)) kept.add(chunk).add(`${chunk}.map`);
}

for (const file of compiled) if (!kept.has(file)) await rm(`dist/${file}`);

async function hasSource(file) {
  const source = `src/${file.replace(/\.(js|d\.ts)(\.map)?$/, '.ts')}`;
  return (
    !source.endsWith('.test.ts') &&
    (await access(source).then(
      () => true,
      () => false,
    ))
  );
}
