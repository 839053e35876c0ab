import type { MockAnswer, MockRequest } from '../http/types.js';
import { createConsole } from './console.js';
import { createConsoleHandlers } from './handlers.js';
import { createConsoleRoutes, isConsolePath } from './routes.js';
import type { ConsoleSubject, MockConsole } from './types.js';

type Answer = (request: MockRequest) => Promise<MockAnswer>;

/**
 * Makes the console of a mock, and has it answer on its own paths in front of `answer`.
 *
 * `listeningHost` is what the mock listens on, if it does.
 */
export function attachConsole(
  subject: ConsoleSubject,
  answer: Answer,
  listeningHost?: string,
): { readonly console: MockConsole; readonly answer: Answer } {
  const mockConsole = createConsole(createConsoleHandlers(subject));
  const answerConsole = createConsoleRoutes(mockConsole, listeningHost);
  return {
    console: mockConsole,
    answer: (request) => (isConsolePath(request.path) ? answerConsole(request) : answer(request)),
  };
}
