import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { startCommand } from '../../../test/support/start-command.js';
import { startCli } from '../test/support/start-cli.js';

/** Writes the address of each module to stderr once it is loaded. */
const hooks = `
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) { writeSync(2, url + '\\n'); return next(url, context); }`;
const asModule = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
const register = `import { register } from 'node:module'; register(${JSON.stringify(asModule(hooks))});`;
/** The sources themselves are run, which are a file a module. */
const sources = fileURLToPath(new URL('./bin.ts', import.meta.url));
const traced = { NODE_OPTIONS: `--import=${import.meta.resolve('tsx')} --import=${asModule(register)}` };

test.each([
  [['--version']],
  [['--help']],
  [['token', 'issue', '--help']],
  [['help', 'mock']],
  [['call', '--help']],
  [['test', '--help']],
  [['completion', 'bash']],
])('%j waits for no package that only a command needs', async (args) => {
  const { code, stderr } = await startCommand(sources, args, traced).ended;
  expect(code).toBe(0);
  const packages = [...stderr.matchAll(/^file:.*\/(packages|node_modules)\/((?:@[^/]+\/)?[^/]+)\//gm)];
  const loaded = new Set(packages.map(([, , name = '']) => name).filter((name) => !['tsx', 'esbuild'].includes(name)));
  // What a command needs beside these is imported where it is run: `await import('@nexconn-kit/mock')`.
  const ofVersion = ['cli', 'commander', 'contract', 'token-server'];
  const isVersion = args[0] === '--version';
  expect([...loaded].sort()).toEqual(isVersion ? ofVersion : [...ofVersion, 'docs'].sort());
  // Nor for the definition of any command.
  expect(stderr.includes('/cli/src/commands/')).toBe(!isVersion);
});

describe('a Node that is too old', () => {
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

  it.each(['18.20.8', '20.18.3'])('%s is told in a sentence, and what to do', async (version) => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
      Object.defineProperty(process, 'version', { value: 'v${version}' });`;
    const old = { NODE_OPTIONS: `--import=${asModule(pretend)}` };
    const { code, stdout, stderr } = await startCli(['--version'], old).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^nexconn needs Node 20\.19, and this is v[\d.]+\. Install a newer one[^\n]*\n$/);
    expect(stderr).toContain(version);
  });

  it('is one before what the package asks for', async () => {
    expect(engines).toEqual({ node: '>=20.19' });
  });

  it('can read the file that tells so', () => {
    const source = readFileSync(new URL('./bin.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/^import |^export |^await |\?\.|\?\?/m);
  });
});
