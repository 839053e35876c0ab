// Runs the services of examples/docker as Compose would, and proves what its README says of them. In a mount namespace and a
// network namespace of its own, as root: `run-docker-example.ts` starts it.
import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Image } from './build-images.js';
import { inStartOrder, readCompose } from './compose.js';
import { type Container, startContainer, startLoopback, statusOf } from './container.js';

const [context = '', folder = ''] = process.argv.slice(2);
const images = new Map(JSON.parse(readFileSync(join(folder, 'images.json'), 'utf8')) as [string, Image][]);
const jwtSecret = 'a secret for this run alone, of more than 32 bytes';
const compose = readCompose(readFileSync(join(context, 'compose.yaml'), 'utf8'), { JWT_SECRET: jwtSecret });
const hosts = Object.keys(compose.services);
const running = new Map<string, Container>();

startLoopback();
const redis = startRedis();
for (const name of inStartOrder(compose)) {
  if (name === 'redis') continue;
  await start(name);
  await proveHardened(name);
}
await proveTokens();
await proveHealth();
await proveEnd();
process.exit(0);

function imageOf(name: string): Image {
  const image = images.get(compose.services[name]?.build?.target ?? '');
  assert.ok(image, `${name} has no image of this Dockerfile`);
  return image;
}

function containerOf(name: string): Container {
  const container = running.get(name);
  assert.ok(container, `${name} does not run`);
  return container;
}

/** Starts a service, and waits until it is healthy, as `service_healthy` does. */
async function start(name: string): Promise<void> {
  const service = compose.services[name];
  assert.ok(service);
  running.set(name, await startContainer(name, imageOf(name), service, { folder, hosts }));
  await waitFor(() => isHealthy(name), `${name} is healthy`);
}

function isHealthy(name: string): boolean {
  const { health } = imageOf(name);
  assert.ok(health, `${name} has no HEALTHCHECK`);
  return containerOf(name).exec(health.command, health.timeoutMs).code === 0;
}

async function waitFor(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await isTrue()) return;
    await delay(200);
  }
  throw new Error(
    `Not true after some time: ${what}. ${[...running.values()].map((each) => each.output()).join('\n')}`,
  );
}

/** Of the image redis no file is needed: this machine has the program. */
function startRedis() {
  const { command: [program = '', ...args] = [] } = compose.services.redis ?? {};
  const server = spawn(program, [...args, '--dir', mkdtempSync(join(folder, 'volume-'))], { stdio: 'ignore' });
  process.once('exit', () => server.kill('SIGKILL'));
  return server;
}

async function proveHardened(name: string): Promise<void> {
  const container = containerOf(name);
  assert.equal(statusOf(container, 'NSpid').split(/\s+/).at(-1), '1', `${name} is process 1`);
  assert.match(statusOf(container, 'Uid'), /^1000\s+1000\s+1000\s+1000$/, `${name} does not run as root`);
  for (const kind of ['CapEff', 'CapPrm', 'CapBnd'])
    assert.match(statusOf(container, kind), /^0+$/, `${name} has no capability`);
  assert.equal(statusOf(container, 'NoNewPrivs'), '1');
  for (const place of ['/app/written', '/etc/written', '/var/tmp/written']) {
    const script = `require('node:fs').writeFileSync('${place}', '')`;
    const { code, output } = container.exec(['node', '-e', script]);
    assert.equal(code, 1);
    assert.match(output, /EROFS/, `${name} cannot write ${place}`);
  }
  report(`${name} is process 1, runs as node without capabilities, and cannot write to its root`);
}

async function logIn(cookie: string): Promise<Response> {
  return fetch('http://127.0.0.1:3000/log-in', { method: 'POST', headers: { cookie } });
}

async function askToken(jwt: string): Promise<Response> {
  return fetch('http://127.0.0.1:4020/access-token', { method: 'POST', headers: { authorization: `Bearer ${jwt}` } });
}

function signJwt(sub: string): string {
  const claims = { sub, name: 'Ada', exp: Math.floor(Date.now() / 1000) + 300 };
  const text = [{ alg: 'HS256' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${text}.${createHmac('sha256', jwtSecret).update(text).digest('base64url')}`;
}

async function proveTokens(): Promise<void> {
  assert.equal((await logIn('session=nobody')).status, 401);
  const { jwt } = (await (await logIn('session=a1b2')).json()) as { jwt: string };
  const first = (await (await askToken(jwt)).json()) as { userId: string; accessToken: string };
  assert.equal(first.userId, 'jlk456j5');
  assert.ok(first.accessToken);
  assert.equal((await askToken('no.jwt.atall')).status, 401);
  await stop('tokens');
  await start('tokens');
  assert.deepEqual(await (await askToken(jwt)).json(), first);
  report('a log-in at the app gets a token, which Redis keeps over a new container');
}

async function proveHealth(): Promise<void> {
  redis.kill('SIGSTOP');
  await waitFor(() => !isHealthy('tokens'), 'tokens is unhealthy without its Redis');
  redis.kill('SIGCONT');
  await waitFor(() => isHealthy('tokens'), 'tokens is healthy again');
  for (const name of running.keys()) {
    const { pid } = containerOf(name);
    process.kill(pid, 'SIGSTOP');
    assert.equal(isHealthy(name), false, `${name} is unhealthy while it does nothing`);
    process.kill(pid, 'SIGCONT');
    await waitFor(() => isHealthy(name), `${name} is healthy again`);
  }
  report('each health check passes, and fails while its process, or the Redis of the tokens, does nothing');
}

/** SIGTERM, and SIGKILL once the grace period is over: then the exit code is none. */
async function stop(name: string): Promise<void> {
  const { pid, ended, output } = containerOf(name);
  const graceMs = Number.parseFloat(compose.services[name]?.stop_grace_period ?? '10') * 1000;
  process.kill(pid, 'SIGTERM');
  const killing = setTimeout(() => process.kill(pid, 'SIGKILL'), graceMs);
  assert.equal(await ended, 0, `${name} ends with 0 on SIGTERM: ${output()}`);
  clearTimeout(killing);
}

async function proveEnd(): Promise<void> {
  for (const name of running.keys()) {
    const files = readdirSync(`/proc/${containerOf(name).pid}/root/tmp`);
    assert.deepEqual(files, [], `${name} has written nothing to /tmp`);
  }
  const underWay = askToken(signJwt('mockFaultLatency3000'));
  await waitFor(async () => {
    const metrics = await (await fetch('http://127.0.0.1:4020/metrics')).text();
    return /^nexconn_http_requests_in_flight 2$/m.test(metrics);
  }, 'a request is under way');
  await stop('tokens');
  assert.equal((await underWay).status, 200, 'the request under way is answered');
  await stop('app');
  await stop('mock');
  report('SIGTERM ends each with exit code 0, the tokens once the request under way was answered; nothing was written');
}

function report(line: string): void {
  console.log(line);
}
