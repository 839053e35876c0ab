import { fileURLToPath } from 'node:url';

/**
 * The compiler of this repository, which Node runs: TypeScript 7. By its path, since TypeScript 5.9, which the generator and
 * other tools use as a library, has a command of the same name.
 */
export const compiler: string = fileURLToPath(new URL('../../node_modules/typescript-7/bin/tsc', import.meta.url));
