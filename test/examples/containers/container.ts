import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Image, makeLayer, mountLayers } from './build-images.js';
import type { Service } from './compose.js';

/** A process that runs as in a container: process 1 of its own, on the file system of its image. */
export interface Container {
  readonly name: string;
  /** As this machine numbers it. */
  readonly pid: number;
  /** What it has written so far. */
  readonly output: () => string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
  /** Runs a command in it, as its user, and returns exit code and output. */
  readonly exec: (
    command: readonly string[],
    timeoutMs?: number,
  ) => { readonly code: number | null; readonly output: string };
}

/** Starts a container of an image by what Compose says of it. In the network namespace of the caller. */
export async function startContainer(
  name: string,
  image: Image,
  service: Service,
  { folder, hosts }: { readonly folder: string; readonly hosts: readonly string[] },
): Promise<Container> {
  const upper = service.read_only ? undefined : makeLayer(folder);
  const root = mountLayers(image.layers, folder, upper);
  const hostsFile = join(folder, 'hosts');
  writeFileSync(hostsFile, `127.0.0.1 localhost ${hosts.join(' ')}\n`);
  const asUser = userArguments(service.user ?? image.user, service);
  const env = Object.entries({ ...image.env, ...service.environment }).map(([key, value]) => `${key}=${value}`);
  // What of this machine no image has.
  const masked = ['/root', '/home', '/work', '/run'].map(
    (place) => `if [ -d ${root}${place} ]; then mount -t tmpfs -o ro tmpfs ${root}${place}; fi`,
  );
  const script = [
    'set -e',
    ...masked,
    ...(service.tmpfs ?? []).map((place) => `mount -t tmpfs -o mode=1777 tmpfs ${root}${place}`),
    `mount -t proc proc ${root}/proc`,
    `mount --rbind /dev ${root}/dev`,
    `mount --bind ${hostsFile} ${root}/etc/hosts`,
    `exec chroot ${root} /bin/sh -c 'cd "$0" && exec "$@"' ${image.workdir} "$@"`,
  ].join('\n');
  const command = [...asUser, 'env', '-i', ...env, ...(service.command ?? image.command)];
  const isolated = ['--mount', '--pid', '--fork', '--kill-child=KILL', 'sh', '-c', script, 'sh', ...command];
  const child = spawn('unshare', isolated, { stdio: ['ignore', 'pipe', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const pid = await innerProcess(child, () => output);

  return {
    name,
    pid,
    ended,
    output: () => output,
    exec(words, timeoutMs = 60_000) {
      const inside = ['--target', `${pid}`, '--mount', '--pid', '--root', `--wd=/proc/${pid}/root${image.workdir}`];
      const all = [...inside, ...asUser, 'env', '-i', ...env, ...words];
      const { status, stdout, stderr } = spawnSync('nsenter', all, {
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        encoding: 'utf8',
      });
      return { code: status, output: `${stdout}${stderr}` };
    },
  };
}

function userArguments(user: string, { cap_drop: dropped = [], security_opt: options = [] }: Service): string[] {
  const ids: Readonly<Record<string, string>> = { node: '1000', root: '0' };
  return [
    'setpriv',
    `--reuid=${ids[user]}`,
    `--regid=${ids[user]}`,
    '--clear-groups',
    ...(options.includes('no-new-privileges:true') ? ['--no-new-privs'] : []),
    ...(dropped.includes('ALL') ? ['--bounding-set=-all', '--inh-caps=-all'] : []),
  ];
}

/** Resolves with the process that `unshare` has forked, once it is the service and no longer the shell that prepares it. */
async function innerProcess(child: ChildProcess, output: () => string): Promise<number> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    if (child.exitCode !== null) break;
    const inner = Number(readProc(`${child.pid}/task/${child.pid}/children`).split(' ')[0]);
    const command = inner ? readProc(`${inner}/comm`) : '';
    if (command && !/^(unshare|sh|mount|chroot|setpriv|env)$/.test(command)) return inner;
    await delay(50);
  }
  throw new Error(`It has not started: ${output()}`);
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** Returns a field of `/proc/PID/status`, such as `Uid`. */
export function statusOf({ pid }: Container, field: string): string {
  return new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** Runs the loopback device of a new network namespace. */
export function startLoopback(): void {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
}
