import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

// What `npm run docs` runs. turbo would hand an option to the builds of other packages too: it goes by the environment.
const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } });
const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const { status } = spawnSync(process.execPath, [turbo, 'run', 'build', '--filter=@nexconn-kit/docs'], {
  stdio: 'inherit',
  env: { ...process.env, DOCS_BASE: values.base },
});
process.exitCode = status ?? 1;
