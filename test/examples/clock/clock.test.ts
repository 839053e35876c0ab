import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countLines, type NewApp, newApps, readLines } from './run-clock.js';

const clocks: readonly (readonly [name: string, atMost: Readonly<Record<'commands' | 'server' | 'page', number>>])[] = [
  ['express', { commands: 4, server: 8, page: 8 }],
  ['fastify', { commands: 4, server: 8, page: 8 }],
  ['next', { commands: 4, server: 10, page: 16 }],
];

it('every framework of the clock has its limits', () => {
  expect(clocks.map(([name]) => name)).toEqual(Object.keys(newApps));
});

describe.each(clocks)('a first token with %s', (name, atMost) => {
  const { server, page, install, serve } = newApps[name] as NewApp;

  it(`takes somebody new ${atMost.commands} commands, ${atMost.server} lines of server and ${atMost.page} of page at most`, async () => {
    const lines = {
      commands: install.length + serve.length,
      server: await countLines(server),
      page: await countLines(page),
    };
    for (const [what, count] of Object.entries(lines)) {
      expect(count, what).toBeGreaterThan(0);
      expect(count, what).toBeLessThanOrEqual(atMost[what as keyof typeof lines]);
    }
    // None of them does the work of several.
    for (const line of await readLines([...server, ...page])) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('is what the guide to tokens on the app server shows, all that is written and typed', () => {
    const path = 'packages/docs/site/guides/tokens-on-the-app-server.md';
    const guide = readFileSync(join(import.meta.dirname, '../../..', path), 'utf8');
    for (const file of [...server, ...page]) expect(guide).toContain(`\n<<< @/../../../test/examples/clock/${file} [`);
    const [, typed = ''] = new RegExp(`^\`\`\`sh \\[${name}\\].*\\n([\\s\\S]*?)^\`\`\``, 'im').exec(guide) ?? [];
    const commands = typed.split('\n').map((line) => line.replace(/ # .*/, ''));
    expect(commands).toEqual(['npm init -y', ...install, ...serve, '']);
  });
});
