import type { OpenTokens } from '@nexconn-kit/token-server';
import type { Command } from '@nexconn-kit/token-server/command-line';
import type { Row } from './input/rows.js';
import type { BulkFlags } from './row-run.js';

/** Sets the flags of a command as those that the settings of the server are read from. */
export function prepareSettings(command: Command): void {
  const { store, userIdPattern }: BulkFlags = command.opts();
  if (store === true) command.setOptionValue('store', undefined);
  if (userIdPattern) command.setOptionValueWithSource('userIdPattern', userIdPattern.source, 'cli');
}

/** Returns a row with its user as the server knows them. What is no text is refused by the check. */
export function withUser(row: Row, toUser: OpenTokens['toUser']): Row {
  const { user } = row;
  if (!user || [user.userId, user.name].some((text) => typeof text !== 'string')) return row;
  try {
    const { userId, name, avatarUrl } = toUser(user);
    // The API may take it, the token service does not.
    if (name === '') return { ...row, user: undefined, fault: 'name is an empty text. Pass a text that is not empty.' };
    return { ...row, user: { userId, name, ...(avatarUrl === undefined ? {} : { avatarUrl }) } };
  } catch (error) {
    // An ID that no opaque one can be made of.
    return { ...row, user: undefined, fault: (error as Error).message };
  }
}
