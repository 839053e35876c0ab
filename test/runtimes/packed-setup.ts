import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { installPrograms } from './install.js';
import { packPackages } from './pack-packages.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the packed packages are installed, or why they are not. */
    packed: { readonly folder: string } | { readonly failure: string };
  }
}

/** Installs the packed packages, and what they are tried on. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  installPrograms();
  try {
    const folder = await packPackages();
    project.provide('packed', { folder });
    return () => rm(folder, { recursive: true, force: true });
  } catch (error) {
    // The tests that need them fail by it; thrown here, it would keep all others from running.
    project.provide('packed', { failure: String(error) });
    return async () => {};
  }
}
