import type { AppState } from './app.js';
import { noRow } from './no-row.js';
import { findUser } from './users.js';

/** Tells whether a token was voided, by itself or with its secret. */
export function isVoid({ tokens, voidBefore }: AppState, row: number): boolean {
  return row < voidBefore || tokens.voided.get(row) === 1;
}

/** Voids one token; gives whether it was not void before. */
export function voidRow(app: AppState, row: number): boolean {
  if (isVoid(app, row)) return false;
  const { tokens, users } = app;
  tokens.voided.set(row, 1);
  app.voidedSince += 1;
  const user = tokens.users.get(row);
  users.tokenCount.set(user, users.tokenCount.get(user) - 1);
  return true;
}

/** Voids every token at once, as a rotated secret does. */
export function voidAllRows(app: AppState): void {
  app.voidBefore = app.tokens.fingerprints.size();
  app.voidedSince = 0;
  app.generation += 1;
}

/** Voids the tokens of these users, or of all, that were issued before that time; gives how many were not void. */
export function voidTokens(app: AppState, userIds: readonly string[] | undefined, issuedBefore: number): number {
  const rows = userIds ? userIds.flatMap((userId) => rowsOfUser(app, userId)) : rowsOfApp(app);
  let voided = 0;
  for (const row of rows) {
    if (app.tokens.issuedAt.get(row) < issuedBefore && voidRow(app, row)) voided += 1;
  }
  return voided;
}

function* rowsOfApp({ tokens, voidBefore }: AppState): Generator<number> {
  for (let row = voidBefore; row < tokens.fingerprints.size(); row += 1) yield row;
}

/** Gives the rows of a user's tokens, in the order of their issue. */
export function rowsOfUser({ users, tokens }: AppState, userId: string): number[] {
  const user = findUser(users, userId);
  const rows: number[] = [];
  for (let row = user === undefined ? noRow : users.lastToken.get(user); row !== noRow; ) {
    rows.push(row);
    row = tokens.previous.get(row);
  }
  return rows.reverse();
}
