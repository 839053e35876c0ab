import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadedModules } from '../../../test/support/loaded-modules.js';
import { startCommand } from '../../../test/support/start-command.js';
import { bin } from '../test/support/start-server.js';

it('a Node that is too old is told in a sentence, and what to do', async () => {
  const pretend = `
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });
    Object.defineProperty(process, 'version', { value: 'v20.18.3' });`;
  const old = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(pretend)}` };
  const { code, stdout, stderr } = await startCommand(bin, ['--version'], old).ended;
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^nexconn-token-server needs Node 20\.19, and this is v20\.18\.3\. Install a newer one[^\n]*\n$/,
  );
});

it('the file that tells so is one that an old Node can read', () => {
  expect(readFileSync(new URL('./bin.ts', import.meta.url), 'utf8')).not.toMatch(
    /^import |^export |^await |\?\.|\?\?/m,
  );
});

it('--version loads nothing but what prints it', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const ours = ['token-server/src/bin.ts', 'token-server/src/print-version.ts'];
  const loaded = await loadedModules(new URL('./bin.ts', import.meta.url), ['--version']);
  expect(loaded).toEqual({ code: 0, stdout: `${version}\n`, ours, packages: ['token-server'] });
});
