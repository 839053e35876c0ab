import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// What `nexconn init` writes is the text of the examples, which are installed, built and run in tests: there is no second one.
const frameworks = ['express', 'fastify', 'hono', 'next', 'nest'];
/** What installing, building and running an example leaves there. */
const left = /(^|\/)(node_modules|dist|\.next|\.npmrc|next-env\.d\.ts|package-lock\.json|tokens\.db[^/]*)(\/|$)/;

const examples = new URL('../../examples/', import.meta.url);
const templates = Object.fromEntries(frameworks.map((name) => [name, readFiles(new URL(`${name}/`, examples))]));
const target = fileURLToPath(new URL('dist/templates.json', import.meta.url));
// At once: a test may read it meanwhile.
const draft = `${target}.${process.pid}`;
writeFileSync(draft, JSON.stringify(templates));
renameSync(draft, target);

function readFiles(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const root = fileURLToPath(folder);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('\\', '/').replace(/^\//, ''));
  return Object.fromEntries(
    paths
      .filter((path) => !left.test(path))
      .sort()
      .map((path) => [path, readFileSync(new URL(path, folder), 'utf8')]),
  );
}
