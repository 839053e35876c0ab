/** Copies an error without its properties, and without the tokens in its text: a request may hang on it. */
export function safeCause(thrown: unknown, tokens: readonly (string | undefined)[]): Error {
  const strip = (text: string): string =>
    tokens.reduce<string>((left, token) => (token ? left.split(token).join('[token]') : left), text);
  const { message, stack } = thrown instanceof Error ? thrown : { message: `something thrown: ${typeof thrown}` };
  const cause = new Error(strip(message));
  if (stack) cause.stack = strip(stack);
  return cause;
}
