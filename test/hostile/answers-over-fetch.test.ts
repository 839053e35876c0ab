import { vi } from 'vitest';
import { tryAnswers } from './try-answers.js';

// What Bun, Deno and workerd run.
vi.mock('../../packages/client/src/platform/node.js', () => import('../../packages/client/src/platform/web.js'));

tryAnswers('the client of other runtimes', 'the token source of an app', 'the JWK set of an identity provider');
