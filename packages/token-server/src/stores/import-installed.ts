import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CliError } from '../command-line/errors.js';

/** Imports a package of the user's, installed beside this command or in the current folder; undefined where there is none. */
export async function importInstalled(name: string): Promise<unknown> {
  const beside = await importOrNothing(name);
  if (beside !== undefined) return beside;
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(name);
    return await importOrNothing(pathToFileURL(path).href);
  } catch {
    return undefined;
  }
}

async function importOrNothing(specifier: string): Promise<unknown> {
  return import(specifier).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
}

/** Returns the error for a package that is not there. */
export function missingPackage(what: string, command: string): CliError {
  const message = `${what} Install it in this folder, or beside nexconn: ${command}`;
  return new CliError(message, { code: 'PACKAGE_MISSING' });
}
