import type { Api, JsonObject } from './types.js';

/** Gives the body of an error answer, its fields named as the document names them. */
export function errorBody({ envelope }: Pick<Api, 'envelope'>, code: number, message: string): JsonObject {
  return { [envelope?.code ?? 'code']: code, [envelope?.message ?? 'errorMessage']: message };
}
