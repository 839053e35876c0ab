import { JsonPathError } from './json-path.js';

/** Reads a text from its beginning to its end. */
export interface Reader {
  readonly isAtEnd: () => boolean;
  /** Whether the text goes on with this, which is then read. */
  readonly take: (token: string) => boolean;
  readonly sees: (token: string) => boolean;
  /** Returns what a sticky expression matches here, and reads it. */
  readonly match: (expression: RegExp) => string | undefined;
  readonly skipSpace: () => void;
  readonly next: () => string;
  readonly mark: () => number;
  readonly goBack: (mark: number) => void;
  readonly fail: (problem: string) => never;
}

/** Creates a reader whose `fail` throws a JsonPathError. */
export function createReader(text: string): Reader {
  let at = 0;
  return {
    isAtEnd: () => at >= text.length,
    sees: (token) => text.startsWith(token, at),
    take(token) {
      const isThere = text.startsWith(token, at);
      if (isThere) at += token.length;
      return isThere;
    },
    match(expression) {
      expression.lastIndex = at;
      const [found] = expression.exec(text) ?? [];
      at += found?.length ?? 0;
      return found;
    },
    skipSpace() {
      while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
    },
    next: () => text.charAt(at++),
    mark: () => at,
    goBack(mark) {
      at = mark;
    },
    fail(problem) {
      throw new JsonPathError(problem, at);
    },
  };
}
