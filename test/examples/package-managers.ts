import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a package manager is started, and told where our packages are. */
export interface PackageManager {
  readonly command: readonly string[];
  readonly installArguments: readonly string[];
  readonly configure: (folder: string, registry: string) => Promise<void>;
}

/** Where the package managers stand that npm brings. */
export const managersFolder: string = join(import.meta.dirname, 'installed');

const modules = join(managersFolder, 'node_modules');

export const npm: PackageManager = {
  command: ['npm'],
  installArguments: ['install', '--prefer-offline', '--no-audit', '--no-fund'],
  configure: writeNpmrc,
};

/** The others. What they run is run by the Node that is first on the `PATH`. */
export const otherManagers: Readonly<Record<string, PackageManager>> = {
  pnpm: {
    command: ['node', join(modules, 'pnpm/bin/pnpm.cjs')],
    installArguments: ['install', '--prefer-offline', '--no-frozen-lockfile'],
    configure: writeNpmrc,
  },
  'yarn-1': {
    command: ['node', join(modules, 'yarn/bin/yarn.js')],
    installArguments: ['install', '--non-interactive', '--prefer-offline'],
    async configure(folder, registry) {
      await writeNpmrc(folder, registry);
      await resolveToOurs(folder, 'vite');
    },
  },
  'yarn-4': yarn4('node-modules'),
  'yarn-4-pnp': yarn4('pnp'),
};

function writeNpmrc(folder: string, registry: string): Promise<void> {
  return appendFile(join(folder, '.npmrc'), `@nexconn-kit:registry=${registry}\n`);
}

function yarn4(nodeLinker: string): PackageManager {
  return {
    command: ['node', join(modules, '@yarnpkg/cli-dist/bin/yarn.js')],
    installArguments: ['install', '--no-immutable'],
    async configure(folder, registry) {
      const settings = {
        nodeLinker,
        // In the example, where it is measured.
        enableGlobalCache: false,
        enableTelemetry: false,
        // What it has learnt of our packages holds where they are served, which is another port in the next run.
        globalFolder: '.yarn/global',
        npmScopes: { 'nexconn-kit': { npmRegistryServer: registry } },
        unsafeHttpWhitelist: ['127.0.0.1'],
      };
      await writeFile(join(folder, '.yarnrc.yml'), JSON.stringify(settings));
      await writeFile(join(folder, 'yarn.lock'), '');
      await resolveToOurs(folder, 'vite');
    },
  };
}

/**
 * Has Yarn take this project's version of what an example has by something else: unlike npm and pnpm it ends where an optional
 * dependency is not to be had, as that of Vite 8.4.0 for Windows is not.
 */
async function resolveToOurs(folder: string, name: string): Promise<void> {
  const ours = await readManifest(join(import.meta.dirname, '../..'));
  const manifest = await readManifest(folder);
  const resolutions = { [name]: ours.devDependencies[name] };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, resolutions }));
}

async function readManifest(folder: string): Promise<{ readonly devDependencies: Readonly<Record<string, string>> }> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
}
