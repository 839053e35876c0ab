// Runs each bundle in a folder without node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
try {
  cpSync('dist', folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const files = readdirSync(folder, { recursive: true });
  for (const file of files.filter((each) => /[\\/](client|server|mock)\.(mjs|cjs)$/.test(each)).sort()) {
    const bundle = join(folder, file);
    const args = file.includes('server.') ? ['check.js', process.execPath, bundle] : [bundle];
    execFileSync(process.execPath, args, { stdio: 'inherit' });
    process.stdout.write(`${file} runs\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
