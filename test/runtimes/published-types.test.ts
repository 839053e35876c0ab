import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isExpected } from '../support/find-program.js';
import { runCommand } from '../support/run-command.js';
import { compilers } from './installed.js';
import { packedFolder } from './packed-folder.js';

/** An app server has no DOM; whoever bundles often has one among the types. */
const setUps = {
  nodenext: { module: 'nodenext', lib: ['es2023', 'esnext.disposable'] },
  bundler: { module: 'esnext', lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'] },
};
/** What every project on Node has; the declarations must need nothing else. */
const types = join(import.meta.dirname, '../../node_modules/@types');

let folder: string;
beforeAll(() => {
  folder = packedFolder();
});

describe.each(Object.entries(compilers))('the published types under %s', (compiler, program) => {
  it.runIf(isExpected(existsSync(program))).each(Object.entries(setUps))(
    'check with every strict option and moduleResolution %s',
    async (moduleResolution, { module, lib }) => {
      const name = `tsconfig.${compiler.replaceAll(/\W/g, '-')}-${moduleResolution}.json`;
      const compilerOptions = {
        target: 'es2023',
        lib,
        types: ['node'],
        typeRoots: [types],
        module,
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        verbatimModuleSyntax: true,
        skipLibCheck: false,
        noEmit: true,
      };
      await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      const { exitCode, output } = await runCommand(process.execPath, [join(program, 'bin/tsc'), '-p', name], {
        cwd: folder,
      });
      expect(exitCode, output).toBe(0);
    },
  );
});
