import { provideProgram } from './provide-program.js';
import { redisServerPath } from './redis-server.js';

/** Makes sure that the tests of what is shared over a Redis have one; npm brings the PostgreSQL. */
export default function setup(): void {
  provideProgram({
    title: 'redis-server',
    debianPackages: 'redis-server',
    isThere: () => redisServerPath() !== undefined,
    leftOut: 'the tests in test/stores and test/e2e that need a Redis',
    advice: { darwin: 'brew install redis' },
  });
}
