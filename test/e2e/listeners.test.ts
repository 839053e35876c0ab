import { expect, it } from 'vitest';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { runCommand } from '../support/run-command.js';

const script = await bundleSources(new URL('listeners/fail-everywhere.ts', import.meta.url));
const listeners = [
  'client.onAccepted',
  'client.onEvent',
  'mock.log',
  'tokenService.onEvent',
  'tokenService.onFailure',
  'tokenService.onProgress',
  'tokenSource.onEvent',
  'tokenSource.subscribe',
];

it.each(['throws', 'rejects'])(
  'a listener that %s ends neither a call nor the process, and is reported once',
  async (how) => {
    const { exitCode, output, stdout } = await runCommand(process.execPath, [...bundleFlags, script, how], {
      cwd: import.meta.dirname,
    });
    expect(exitCode, output).toBe(0);
    const { came, called } = JSON.parse(stdout) as { came: unknown[]; called: Record<string, number> };
    expect(came).toEqual(['jlk456j5', true, 503, 1, 'jlk456j5', true, 503, 1]);
    expect(listeners.filter((name) => !((called[name] ?? 0) > 1))).toEqual([]);
    const reported = [...output.matchAll(/Warning: \w+ failed: (\S+) is broken\./g)].map(([, name]) => name);
    expect(reported.sort()).toEqual(listeners);
  },
);
