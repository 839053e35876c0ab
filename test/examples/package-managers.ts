import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How a package manager is started, and told where our packages are. */
export interface PackageManager {
  readonly command: readonly string[];
  readonly installArguments: readonly string[];
  readonly configure: (folder: string, registry: string) => Promise<void>;
}

const npm: PackageManager = {
  command: ['npm'],
  installArguments: ['install', '--prefer-offline', '--no-audit', '--no-fund'],
  configure: (folder, registry) => appendFile(join(folder, '.npmrc'), `@nexconn-kit:registry=${registry}\n`),
};

/** Returns the package manager that an example names in its package.json, or npm. */
export function findPackageManager(packageManager = 'npm'): PackageManager {
  if (packageManager === 'npm') return npm;
  throw new Error(`No test knows the package manager ${packageManager}.`);
}
