import type { AppState } from './app-state.js';
import { noRow } from './no-row.js';

/** Voids one token; gives whether it was not void before. */
export function voidRow(app: AppState, row: number): boolean {
  const { user, voided } = app.tokens.at(row);
  if (voided || row < app.voidBefore) return false;
  app.tokens.voidRow(row);
  app.voidedSince += 1;
  app.users.at(user).tokenCount -= 1;
  return true;
}

/** Voids every token at once, as a rotated secret does. */
export function voidAllRows(app: AppState): void {
  app.voidBefore = app.tokens.size();
  app.voidedSince = 0;
  app.generation += 1;
}

/** Voids the tokens of these users, or of all, that were issued before that time; gives how many were not void. */
export function voidTokens(app: AppState, userIds: readonly string[] | undefined, issuedBefore: number): number {
  const rows = userIds ? userIds.flatMap((userId) => [...rowsOfUser(app, userId)]) : rowsOfApp(app);
  let voided = 0;
  for (const row of rows) {
    if (app.tokens.at(row).issuedAt < issuedBefore && voidRow(app, row)) voided += 1;
  }
  return voided;
}

/** Gives the rows of a user's tokens, the last first. */
export function* rowsOfUser({ users, tokens }: AppState, userId: string): Generator<number> {
  const user = users.find(userId);
  let row = user === undefined ? noRow : users.at(user).lastToken;
  while (row !== noRow) {
    yield row;
    row = tokens.at(row).previous;
  }
}

function* rowsOfApp({ tokens, voidBefore }: AppState): Generator<number> {
  for (let row = voidBefore; row < tokens.size(); row += 1) yield row;
}
