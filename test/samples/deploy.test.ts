import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type RunningMock, startMock } from '@nexconn-kit/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { bundleFlags, bundleSources } from '../support/bundle-sources.js';
import { findProgram, hasPrograms } from '../support/find-program.js';
import { onFreePort } from '../support/free-port.js';
import { killAtExit, stopProcess } from '../support/kill-at-exit.js';
import { outsideEnvironment, runCommand } from '../support/run-command.js';

const folder = resolve(import.meta.dirname, '../../examples/deploy');
const server = await bundleSources(new URL('../../packages/token-server/src/bin.ts', import.meta.url));
const text = (path: string): string => readFileSync(join(folder, path), 'utf8');

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'nexconn-kit-deploy-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs a program on a file of the folder, and returns what it says. */
async function check(command: string, ...args: string[]): Promise<void> {
  const { exitCode, output } = await runCommand(command, args, { cwd: folder });
  expect(exitCode, output).toBe(0);
}

/** The token server, beside a mock. */
let serverUrl: string;
let tokenServer: ChildProcess;
let mock: RunningMock;
beforeAll(async () => {
  mock = await startMock({ port: 0 });
  const args = ['--port', '0', '--store', 'memory', '--dangerously-trust-user-header', 'X-User-Id'];
  const env = { NEXCONN_APP_KEY: mock.appKey, NEXCONN_APP_SECRET: mock.appSecret, NEXCONN_BASE_URL: mock.url };
  tokenServer = killAtExit(
    spawn(process.execPath, [...bundleFlags, server, ...args], { env: outsideEnvironment(env), detached: true }),
  );
  serverUrl = await firstAddress(tokenServer);
});
afterAll(async () => {
  await stopProcess(tokenServer);
  await mock.close();
});

async function firstAddress({ stdout, stderr }: ChildProcess): Promise<string> {
  let said = '';
  stderr?.on('data', (chunk) => (said += chunk));
  for await (const chunk of stdout ?? []) {
    said += chunk;
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    if (url !== undefined) {
      stdout?.resume();
      return url;
    }
  }
  throw new Error(`The token server ended: ${said}`);
}

it('README.md names every folder', () => {
  const folders = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? entry.name : [],
  );
  for (const name of folders) expect(text('README.md')).toContain(`\`${name}/\``);
});

describe('Prometheus and Grafana', () => {
  it.runIf(hasPrograms('promtool'))(
    'promtool takes the configuration and the rules, and every rule has a test that fires it',
    async () => {
      await check('promtool', 'check', 'config', 'prometheus/prometheus.yml');
      await check('promtool', 'test', 'rules', 'prometheus/alerts.test.yml');
      const alerts = [...text('prometheus/alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? '');
      expect(alerts.length).toBeGreaterThan(5);
      const { tests } = parse(text('prometheus/alerts.test.yml')) as {
        tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
      };
      const fired = tests.flatMap(({ alert_rule_test: each }) =>
        each.filter(({ exp_alerts: shown }) => shown.length > 0),
      );
      expect(new Set(fired.map(({ alertname }) => alertname))).toEqual(new Set(alerts));
    },
  );

  it('rules and dashboard ask for metrics, labels and buckets that the server exposes', async () => {
    const headers = { 'X-User-Id': 'jlk456j5' };
    expect((await fetch(`${serverUrl}/access-token`, { method: 'POST', headers })).status).toBe(200);
    const exposed = await (await fetch(`${serverUrl}/metrics`)).text();
    const names = new Set([...exposed.matchAll(/^(nexconn_\w+)/gm)].map(([, name]) => name));
    const declared = new Set([...exposed.matchAll(/^# TYPE (nexconn_\w+)/gm)].map(([, name]) => name));
    const dashboard = JSON.parse(text('grafana/dashboard.json')) as {
      panels: { id: number; targets: { expr: string }[]; gridPos: { x: number; w: number } }[];
    };
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const asked = [
      ...queries.join('\n').matchAll(/nexconn_\w+/g),
      ...text('prometheus/alerts.yml').matchAll(/nexconn_\w+/g),
    ];
    expect(asked.length).toBeGreaterThan(20);
    for (const [name] of asked) expect(names.has(name) || declared.has(name), name).toBe(true);
    expect(exposed).toContain('route="/access-token"');
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    if (findProgram('promtool') === undefined) return;
    const rules = queries.map((expr, index) => ({ record: `nexconn:panel_${index}`, expr }));
    await writeFile(join(scratch, 'panels.yml'), JSON.stringify({ groups: [{ name: 'panels', rules }] }));
    await check('promtool', 'check', 'rules', join(scratch, 'panels.yml'));
  });

  it('the codes that the rules name are codes of the client and the token service', () => {
    const read = (path: string): string => readFileSync(resolve(folder, '../../packages', path), 'utf8');
    const known = `${read('client/src/errors.ts')}${read('token-service/src/errors.ts')}`;
    const codes = [...text('prometheus/alerts.yml').matchAll(/code=~"([A-Z_|]+)"/g)].flatMap(([, each = '']) =>
      each.split('|'),
    );
    expect(codes.length).toBeGreaterThan(4);
    for (const code of codes) expect(known).toContain(`'${code}'`);
  });
});

describe('systemd', () => {
  it.runIf(hasPrograms('systemd-analyze'))('the unit is valid, and keeps to itself', async () => {
    // What it starts is not installed here.
    const unit = text('systemd/nexconn-tokens.service').replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`);
    const path = join(scratch, 'nexconn-tokens.service');
    await writeFile(path, unit);
    await check('systemd-analyze', 'verify', '--man=no', path);
    const { output } = await runCommand('systemd-analyze', ['security', '--offline=true', path], { cwd: folder });
    expect(Number(/Overall exposure level[^:]*: ([\d.]+)/.exec(output)?.[1])).toBeLessThan(2);
  });
});

describe('proxies', () => {
  it.runIf(hasPrograms('caddy'))('the Caddyfile is valid', async () => {
    await check('caddy', 'validate', '--adapter', 'caddyfile', '--config', 'caddy/Caddyfile');
  });

  it.runIf(hasPrograms('nginx', 'openssl'))('nginx lets the endpoint through, and nothing else', async () => {
    const nginx = join(scratch, 'nginx');
    await mkdir(nginx);
    await cp(join(folder, 'nginx/nexconn-tokens.conf'), join(nginx, 'site.conf'));
    const certificate = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await check(
      'openssl',
      'req',
      ...certificate,
      '-subj',
      '/CN=chat.example.com',
      '-keyout',
      join(nginx, 'key.pem'),
      '-out',
      join(nginx, 'cert.pem'),
    );
    await onFreePort(async (port) => {
      const site = (await readFile(join(folder, 'nginx/nexconn-tokens.conf'), 'utf8'))
        .replace('127.0.0.1:4020', new URL(serverUrl).host)
        .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
        .replace('/etc/ssl/chat.example.com.pem', join(nginx, 'cert.pem'))
        .replace('/etc/ssl/chat.example.com.key', join(nginx, 'key.pem'));
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
      const temporary = paths.map((name) => `${name}_temp_path ${join(nginx, name)};`).join(' ');
      const whole = `daemon off; pid ${join(nginx, 'pid')}; events {} http { access_log off; ${temporary}\n${site}\n}`;
      await writeFile(join(nginx, 'nginx.conf'), whole);
      const options = ['-c', join(nginx, 'nginx.conf'), '-e', join(nginx, 'error.log'), '-p', nginx];
      await check('nginx', '-t', ...options);
      const proxy = killAtExit(spawn('nginx', options, { detached: true, stdio: 'ignore' }));
      try {
        const address = `https://chat.example.com:${port}`;
        const patience = ['--retry', '60', '--retry-connrefused', '--retry-delay', '1'];
        const ask = async (path: string, ...more: string[]): Promise<string> => {
          const to = ['--resolve', `chat.example.com:${port}:127.0.0.1`, `${address}${path}`];
          const args = ['-sSk', ...patience, '-w', ' %{http_code}', ...more, ...to];
          return (await runCommand('curl', args, { cwd: folder })).stdout;
        };
        // A server that believes a header answers for names of this machine alone: the answer shows that the proxy's name came through.
        expect(await ask('/access-token', '-X', 'POST', '-H', 'X-User-Id: ada1')).toMatch(/"code":"\w+".* 403$/s);
        for (const path of ['/metrics', '/readyz', '/healthz', '/']) expect(await ask(path)).toMatch(/ 404$/);
      } finally {
        await stopProcess(proxy);
      }
    });
  });
});

describe('Kubernetes', () => {
  const documents = parseAllDocuments(text('kubernetes/token-server.yaml'));
  const objects = documents.map((document) => document.toJS() as { apiVersion: string; kind: string; spec: never });

  it('is YAML, each object once', () => {
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Service',
      'PodDisruptionBudget',
      'Ingress',
      'NetworkPolicy',
    ]);
  });

  it('sets what the server reads, asks for paths that it answers, and gives it the time that it needs to end', async () => {
    const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as {
      spec: { template: { spec: PodSpec } };
    };
    const pod = deployment.spec.template.spec;
    const [container] = pod.containers;
    const { stdout } = await runCommand(process.execPath, [...bundleFlags, server, 'serve', '--help'], { cwd: folder });
    for (const { name } of container?.env ?? []) {
      const flag = name.replace('NEXCONN_', '--').toLowerCase().replaceAll('_', '-');
      expect(stdout.includes(`${flag} `) || name === 'NEXCONN_APP_KEY', name).toBe(true);
    }
    const drainMs = Number(container?.env.find(({ name }) => name === 'NEXCONN_DRAIN_DELAY_MS')?.value) + 10_000;
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(drainMs + 5000);
    for (const { httpGet } of [container?.livenessProbe, container?.readinessProbe].flatMap((probe) => probe ?? [])) {
      expect((await fetch(`${serverUrl}${httpGet.path}`)).status, httpGet.path).toBe(200);
    }
  });
});

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly livenessProbe: { readonly httpGet: { readonly path: string } };
    readonly readinessProbe: { readonly httpGet: { readonly path: string } };
  }[];
}
