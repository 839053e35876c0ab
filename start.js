import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';

// Builds what `npm start` runs. What a build says is more than a screen: it is shown where it failed, and as one line else.
const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const build = [turbo, 'run', 'build', '--output-logs=errors-only', '--filter=@nexconn-kit/cli...'];
const given = process.argv.slice(2);

process.stdout.write('Building what has changed; the first time takes a minute or two.\n');
const { status, stdout, stderr, error } = spawnSync(process.execPath, given.length > 0 ? given : build, {
  stdio: ['inherit', 'pipe', 'pipe'],
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
if (status !== 0) {
  process.stderr.write(stripVTControlCharacters(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`));
  process.stderr.write('The build failed: npm start needs what npm ci installs, and a source that compiles.\n');
  process.exitCode = status || 1;
}
