import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { npmCi } from '../support/npm-ci.js';
import { inStartOrder, readCompose, type Service } from './containers/compose.js';
import { innerOf, lastOf, readDockerfile } from './containers/dockerfile.js';
import { managersFolder } from './package-managers.js';
import { examplesFolder } from './run-example.js';

interface Linter {
  validate: (text: string) => readonly { readonly message: string; readonly range: { start: { line: number } } }[];
}

const folder = join(examplesFolder, 'docker');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const stages = readDockerfile(read('Dockerfile'));
const compose = () => readCompose(read('compose.yaml'), { JWT_SECRET: 'x' });
const targets = ['mock', 'tokens', 'app'];

beforeAll(() => {
  const failure = npmCi(managersFolder);
  if (failure) throw new Error(failure);
});

/** What Docker's own extension for editors says of it. */
function lint(text: string): string[] {
  const { validate } = createRequire(join(managersFolder, 'package.json'))('dockerfile-utils') as Linter;
  return validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

describe('the Dockerfile', () => {
  it('has nothing that a linter finds', () => {
    expect(lint(read('Dockerfile'))).toEqual([]);
    expect(lint('FRON node:24.11.1-slim')).not.toEqual([]);
  });

  it('begins with one exact version of the slim image of a supported Node', () => {
    const images = stages.map(({ from }) => from).filter((from) => !stages.some(({ name }) => name === from));
    expect(images).toEqual([expect.stringMatching(/^node:(20|22|24)\.\d+\.\d+-(slim|alpine)$/)]);
  });

  it.each(targets)('builds %s in several stages, for a user who is not root', (target) => {
    const stage = stages.find(({ name }) => name === target);
    expect(stage).toBeDefined();
    if (!stage) return;
    expect(lastOf(stage, 'USER')?.text).toBe('node');
    expect(stage.instructions.filter(({ keyword }) => keyword === 'RUN')).toEqual([]);
    const from = stage.instructions.flatMap(({ flags }) => flags.from ?? []);
    expect(
      stages.some(
        ({ name, instructions }) => from.includes(name) && instructions.some(({ keyword }) => keyword === 'RUN'),
      ),
    ).toBe(true);
    // The code stays root's: it is copied before the user is switched, by no chown.
    expect(stage.instructions.some(({ flags }) => flags.chown)).toBe(false);
  });

  it.each(targets)('starts %s without a shell and without npm, and asks for its health without curl', (target) => {
    const stage = stages.find(({ name }) => name === target);
    const health = stage && lastOf(stage, 'HEALTHCHECK');
    expect(stage && lastOf(stage, 'CMD')?.exec?.[0]).toBe('node');
    expect(health && innerOf(health).exec?.[0]).toBe('node');
    expect(Number.parseFloat(health?.flags.timeout ?? '')).toBeLessThanOrEqual(5);
  });
});

describe('compose.yaml', () => {
  /** What the Compose Specification calls the keys of a service, those that are used. */
  const known =
    'build cap_drop command depends_on environment healthcheck image ports read_only restart security_opt stop_grace_period tmpfs user volumes';

  it('has one service for each image, and a Redis', () => {
    expect(Object.keys(compose().services).sort()).toEqual([...targets, 'redis'].sort());
    expect(Object.keys(compose()).filter((key) => !key.startsWith('x-'))).toEqual(['name', 'services', 'volumes']);
    for (const [name, service] of Object.entries(compose().services)) {
      expect(
        Object.keys(service).filter((key) => !known.split(' ').includes(key)),
        name,
      ).toEqual([]);
      if (name !== 'redis') expect(service.build).toEqual({ context: '.', target: name });
    }
    expect(compose().services.redis?.image).toMatch(/^redis:\d+\.\d+\.\d+-alpine$/);
  });

  it.each([...targets, 'redis'])(
    'gives %s a read-only root, no capability and no way to one, and this machine alone as its port',
    (name) => {
      const service = compose().services[name] as Service;
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    },
  );

  it('starts each behind what it needs, once that is healthy', () => {
    expect(inStartOrder(compose())).toEqual(['mock', 'redis', 'tokens', 'app']);
    for (const { depends_on: needed = {} } of Object.values(compose().services)) {
      for (const { condition } of Object.values(needed)) expect(condition).toBe('service_healthy');
    }
    expect(compose().services.redis?.healthcheck?.test).toEqual(['CMD', 'redis-cli', 'ping']);
  });

  it('gives the tokens longer than they drain, and keeps them in Redis, which evicts none', () => {
    const { tokens, redis } = compose().services;
    expect(Number.parseFloat(tokens?.stop_grace_period ?? '')).toBeGreaterThanOrEqual(15);
    expect(tokens?.environment?.NEXCONN_STORE).toBe('redis://redis:6379');
    expect(redis?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
    expect(redis?.volumes).toEqual(['redis:/data']);
    expect(compose().volumes).toHaveProperty('redis');
  });

  it('has no secret of its own: it demands the one of the log-ins', () => {
    expect(() => readCompose(read('compose.yaml'), {})).toThrow('JWT_SECRET is not set');
  });
});

it('sends nothing of npm’s settings and of .env into an image', () => {
  expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['**/node_modules', '**/.npmrc', '.env']));
});
