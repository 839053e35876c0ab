import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { type Instruction, innerOf, readDockerfile, type Stage } from './dockerfile.js';

/** An image: what its stages have written, and how a container of it is run. */
export interface Image {
  /** The folders that are laid over the root of this machine, top first. */
  readonly layers: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly health: { readonly command: readonly string[]; readonly timeoutMs: number } | undefined;
}

/** What a build is made of. */
export interface BuildOptions {
  /** The folder of the Dockerfile. */
  readonly context: string;
  /** Where layers are kept: no overlay itself. */
  readonly folder: string;
  /** The program that the base image brings. */
  readonly node: string;
  /** The registry of our packages. */
  readonly registry: string;
}

/**
 * Builds all stages of a Dockerfile as Docker would: each is a layer over the one that it begins with, and each RUN is run in
 * it, by chroot. In place of the image of a registry stands this machine, with the given Node, npm and the user `node`.
 *
 * Needs root, in a mount namespace of its own.
 */
export function buildImages(options: BuildOptions): Map<string, Image> {
  const images = new Map<string, Image>();
  for (const stage of readDockerfile(readFileSync(join(options.context, 'Dockerfile'), 'utf8'))) {
    images.set(stage.name, buildStage(stage, images.get(stage.from) ?? makeBase(stage.from, options), images, options));
  }
  return images;
}

/** Lays the layers of an image over the root of this machine; without a folder to write to it is read-only. */
export function mountLayers(layers: readonly string[], folder: string, upper?: string): string {
  const merged = mkdtempSync(join(folder, 'root-'));
  const work = upper === undefined ? [] : [`upperdir=${upper}`, `workdir=${mkdtempSync(join(folder, 'work-'))}`];
  const settings = [`lowerdir=${[...layers, '/'].join(':')}`, ...work].join(',');
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', settings, merged]);
  return merged;
}

/** Its rights are those of the root of what is laid over it. */
export function makeLayer(folder: string): string {
  const layer = mkdtempSync(join(folder, 'layer-'));
  chmodSync(layer, 0o755);
  return layer;
}

function makeBase(image: string, { folder, node }: BuildOptions): Image {
  if (!/^node:\d+\.\d+\.\d+-(slim|alpine)$/.test(image))
    throw new Error(`The base image ${image} has no exact version.`);
  const layer = makeLayer(folder);
  mkdirSync(join(layer, 'usr/local/bin'), { recursive: true });
  mkdirSync(join(layer, 'etc'));
  cpSync(node, join(layer, 'usr/local/bin/node'));
  writeFileSync(join(layer, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n');
  writeFileSync(join(layer, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
  return { layers: [layer], env, workdir: '/', user: 'root', command: ['node'], health: undefined };
}

function buildStage(stage: Stage, parent: Image, images: ReadonlyMap<string, Image>, options: BuildOptions): Image {
  const layer = makeLayer(options.folder);
  const root = mountLayers(parent.layers, options.folder, layer);
  let image: Image = { ...parent, layers: [layer, ...parent.layers] };
  for (const instruction of stage.instructions) image = apply(instruction, image, root, images, options);
  execFileSync('umount', ['--recursive', root]);
  return image;
}

function apply(
  { keyword, flags, text, exec }: Instruction,
  image: Image,
  root: string,
  images: ReadonlyMap<string, Image>,
  options: BuildOptions,
): Image {
  if (keyword === 'WORKDIR') {
    mkdirSync(join(root, text), { recursive: true });
    return { ...image, workdir: text };
  }
  if (keyword === 'ENV') return { ...image, env: { ...image.env, ...readPairs(text) } };
  if (keyword === 'USER') return { ...image, user: text };
  if (keyword === 'EXPOSE') return image;
  if (keyword === 'CMD') {
    if (!exec) throw new Error('CMD is in the shell form: the shell is process 1, and hands no SIGTERM on.');
    return { ...image, command: exec };
  }
  if (keyword === 'HEALTHCHECK') {
    const command = innerOf({ keyword, flags, text, exec }).exec;
    if (!command) throw new Error('HEALTHCHECK is in the shell form.');
    return { ...image, health: { command, timeoutMs: Number.parseFloat(flags.timeout ?? '30') * 1000 } };
  }
  if (keyword === 'RUN') runIn(root, image, exec ?? ['/bin/sh', '-c', text], options);
  else if (keyword === 'COPY')
    copyInto(join(root, image.workdir), text.split(/\s+/), images.get(flags.from ?? ''), options);
  else throw new Error(`This builder knows no ${keyword}.`);
  return image;
}

function readPairs(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, name, quoted, plain]) => [name, quoted ?? plain]),
  );
}

function runIn(root: string, { env, workdir }: Image, command: readonly string[], { registry }: BuildOptions): void {
  for (const [kind, source] of [
    ['--rbind', '/dev'],
    ['--rbind', '/proc'],
    ['--bind', '/etc/resolv.conf'],
    ['--bind', '/etc/hosts'],
  ] as const) {
    execFileSync('mount', [kind, source, join(root, source)]);
  }
  // Where npm finds all others is a setting of this machine; the cache is shared with it.
  const npm = (name: string): string =>
    execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: '/' }).trim();
  const settings = {
    npm_config_globalconfig: npm('globalconfig'),
    npm_config_userconfig: npm('userconfig'),
    npm_config_cache: npm('cache'),
    npm_config_prefer_offline: 'true',
    HOME: homedir(),
  };
  mkdirSync(join(root, settings.npm_config_cache), { recursive: true });
  execFileSync('mount', ['--bind', settings.npm_config_cache, join(root, settings.npm_config_cache)]);
  const npmrc = join(root, workdir, '.npmrc');
  writeFileSync(npmrc, `@nexconn-kit:registry=${registry}\n`);
  const { status, stdout, stderr } = spawnSync(
    'chroot',
    [root, '/bin/sh', '-c', `cd ${workdir} && exec "$@"`, 'sh', ...command],
    {
      encoding: 'utf8',
      env: { ...pickNetwork(process.env), ...env, ...settings },
    },
  );
  rmSync(npmrc);
  for (const place of [settings.npm_config_cache, '/etc/hosts', '/etc/resolv.conf', '/proc', '/dev']) {
    execFileSync('umount', ['--recursive', '--lazy', join(root, place)]);
  }
  if (status !== 0) throw new Error(`RUN ${command.join(' ')} failed: ${stdout}${stderr}`);
}

/** How this machine reaches a registry. */
function pickNetwork(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => /proxy|NODE_EXTRA_CA_CERTS|^npm_config_.*registry/i.test(name)),
  );
}

function copyInto(workdir: string, words: readonly string[], from: Image | undefined, options: BuildOptions): void {
  const sources = words.slice(0, -1);
  const target = join(workdir, words.at(-1) ?? '');
  const source = from ? mountLayers(from.layers, options.folder) : options.context;
  const ignored = from ? () => false : readIgnored(options.context);
  for (const word of sources) {
    const found = expand(source, word).filter((path) => !ignored(path));
    if (found.length === 0) throw new Error(`COPY finds no ${word}.`);
    for (const path of found) {
      const isFolder = statSync(path).isDirectory();
      // A folder's content is copied; a file goes into a target that ends with a slash.
      const place = isFolder || !/\/$/.test(words.at(-1) ?? '') ? target : join(target, basename(path));
      cpSync(path, place, { recursive: true, filter: (each) => !ignored(each), verbatimSymlinks: true });
    }
  }
  if (from) execFileSync('umount', [source]);
}

function expand(root: string, word: string): string[] {
  const path = join(root, word);
  if (!word.includes('*')) return existsSync(path) ? [path] : [];
  const pattern = new RegExp(`^${basename(path).replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  return readdirSync(dirname(path)).flatMap((name) => (pattern.test(name) ? [join(dirname(path), name)] : []));
}

/** Whether a path is left out by `.dockerignore`: a name at the root, or with `**` before it in each folder. */
function readIgnored(context: string): (path: string) => boolean {
  const names = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  return (path) => {
    const inside = relative(context, path);
    return names.some((name) => (name.startsWith('**/') ? inside.split('/').includes(name.slice(3)) : inside === name));
  };
}
