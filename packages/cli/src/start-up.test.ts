import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { loadedModules } from '../../../test/support/loaded-modules.js';
import { startCli } from '../test/support/start-cli.js';

const sources = new URL('./bin.ts', import.meta.url);

test.each([
  [['--help']],
  [['token', 'issue', '--help']],
  [['help', 'mock']],
  [['call', '--help']],
  [['test', '--help']],
  [['completion', 'bash']],
])('%j waits for no package that only a command needs', async (args) => {
  // What a command needs beside these is imported where it is run: `await import('@nexconn-kit/mock')`.
  const packages = ['cli', 'commander', 'contract', 'docs', 'token-server'];
  expect(await loadedModules(sources, args)).toMatchObject({ code: 0, packages });
});

test.each(['--version', '-V'])('%s loads nothing but what prints it', async (flag) => {
  const ours = ['cli/src/bin.ts', 'cli/src/print-version.ts'];
  const loaded = await loadedModules(sources, [flag]);
  expect(loaded).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/), ours, packages: ['cli'] });
});

describe('a Node that is too old', () => {
  const asModule = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
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
