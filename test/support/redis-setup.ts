import { provideProgram } from './provide-program.js';
import { redisServerPath } from './redis-server.js';

/** The set-up of tests that need a Redis: installs one where it is missing. The PostgreSQL comes from npm. */
export default function setup(): void {
  provideProgram({
    title: 'redis-server',
    debianPackages: 'redis-server',
    isThere: () => redisServerPath() !== undefined,
    leftOut: 'the tests in test/stores and test/e2e that need a Redis',
    advice: { darwin: 'brew install redis' },
  });
}
