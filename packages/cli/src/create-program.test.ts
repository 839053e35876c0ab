import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runCaptured } from '../test/support/run-captured.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

test('--version prints the version of package.json', async () => {
  expect(await runCaptured(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  [['--help'], ['token', 'sign', 'mock', 'serve', 'sandbox', 'NEXCONN_APP_KEY', 'NEXCONN_BASE_URL', 'Exit codes']],
  [
    ['token', 'issue', '--help'],
    ['--user-id <id>', 'NEXCONN_REGION', '(default: 5000)', 'no flag for the\nsecret'],
  ],
  [
    ['sign', '--help'],
    ['--header-prefix', 'RC-', 'curl -H @-'],
  ],
  [
    ['mock', '--help'],
    ['--port <port>', '4010', '--quiet', '--rate-limit <n|off>', '--token-validity-seconds <n>', '300000'],
  ],
  [
    ['serve', '--help'],
    ['--config', '4020', '--jwks-url', 'NEXCONN_JWT_SECRET', '--dangerously-trust-user-header <name>'],
  ],
  [
    ['sandbox', '--help'],
    ['--mock-port', '4010', '--tokens-port', '4020', '--docs-port', '4030'],
  ],
] as const)('%j shows help on stdout, within 80 columns, and exits with 0', async (args, contents) => {
  const { code, stdout, stderr } = await runCaptured([...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const content of contents) expect(stdout).toContain(content);
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test.each([[[]], [['token']]])('%j without a command shows help on stderr and exits with 2', async (args) => {
  const { code, stdout, stderr } = await runCaptured(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('Usage: nexconn');
});

test('an unknown command exits with 2 and suggests the nearest', async () => {
  expect(await runCaptured(['tokn'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "Unknown command 'tokn'. (Did you mean token?) See nexconn --help.\n",
  });
});

test('wrong use is one JSON object with --json', async () => {
  const { code, stderr } = await runCaptured(['token', 'issue', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stderr)).toEqual({ error: { code: 'USAGE', message: expect.stringContaining('--user-id') } });
});

test('no command takes the App Secret as a flag', async () => {
  for (const args of [['token', 'issue'], ['sign'], ['mock'], ['serve'], ['sandbox']]) {
    const { stdout } = await runCaptured([...args, '--help']);
    expect(stdout).not.toMatch(/--(app|jwt)-secret\b(?!-(next-)?file)/);
  }
});
