import { errorCatalogue } from '@nexconn-kit/contract';
import type { LimitedField, NameLengthUnit, ProfileAnswers } from '@nexconn-kit/mock/profile';
import type { Asker } from './create-asker.js';
import { known, notKnown, type Outcome, type Question } from './question.js';

const { ParameterInvalid, ParameterTooLong } = errorCatalogue;
const refusals: readonly (number | undefined)[] = [ParameterInvalid.code, ParameterTooLong.code];

/** Whether the API takes a body: true where it issued a token, false where it refused a parameter. */
async function isTaken(asker: Asker, what: string, change: object): Promise<boolean | undefined> {
  const body = { userId: `${asker.prefix}0`, name: 'nexconn probe', ...change };
  const { code } = await asker.ask({ what, body });
  if (code === 0) return true;
  return refusals.includes(code) ? false : undefined;
}

const plainRefused = 'A plain request for a token was not granted, so that nothing can be compared with it.';
const unclear = 'An answer was neither a token nor the refusal of a parameter.';

/** Which characters user IDs may have beside letters and digits. */
export const userIdQuestion: Question = {
  id: 'user-ids',
  title: 'User IDs with _ - .',
  users: 4,
  async ask(asker) {
    if (!(await isTaken(asker, 'a plain user ID', {}))) return notKnown(plainRefused);
    let userIdCharacters = '';
    for (const character of '_-.') {
      const taken = await isTaken(asker, `a user ID with ${character}`, { userId: `${asker.prefix}${character}1` });
      if (taken === undefined) return notKnown(unclear);
      if (taken) userIdCharacters += character;
    }
    return known({ userIdCharacters });
  },
};

/** What an empty avatar is taken for. */
export const avatarQuestion: Question = {
  id: 'avatar',
  title: 'Empty avatarUrl',
  users: 1,
  async ask(asker) {
    if (!(await isTaken(asker, 'without avatarUrl', {}))) return notKnown(plainRefused);
    const taken = await isTaken(asker, 'with an empty avatarUrl', { avatarUrl: '' });
    if (taken === undefined) return notKnown(unclear);
    return known({ emptyAvatarUrl: taken ? 'absent' : 'refuse' });
  },
};

/** One character more, or one byte more, than documented. */
const tooLong: Readonly<Record<LimitedField, (prefix: string) => string>> = {
  userId: (prefix) => prefix.padEnd(65, '0'),
  name: () => 'a'.repeat(65),
  avatarUrl: () => 'https://example.com/'.padEnd(1025, 'a'),
};

/** Names at the limit, if lengths were counted in that unit. */
const names: readonly (readonly [NameLengthUnit, string])[] = [
  ['code-points', '🙂'.repeat(64)],
  ['utf-16', '🙂'.repeat(32)],
  ['bytes', '🙂'.repeat(16)],
];

/** Which lengths are limited, and what those of names are counted in. */
export const lengthQuestion: Question = {
  id: 'lengths',
  title: 'Lengths',
  users: 2,
  caveat: 'Tried was one longer than documented: a limit further up, if there is one, is not known.',
  async ask(asker) {
    if (!(await isTaken(asker, 'a short name', {}))) return notKnown(plainRefused);
    const unlimitedFields: LimitedField[] = [];
    for (const [field, make] of Object.entries(tooLong) as [LimitedField, (prefix: string) => string][]) {
      const taken = await isTaken(asker, `${field} one longer than documented`, { [field]: make(asker.prefix) });
      if (taken === undefined) return notKnown(unclear);
      if (taken) unlimitedFields.push(field);
    }
    if (unlimitedFields.includes('name')) return known({ unlimitedFields });
    return findUnit(asker, { unlimitedFields });
  },
};

async function findUnit(asker: Asker, answers: ProfileAnswers): Promise<Outcome> {
  for (const [nameLengthUnit, name] of names) {
    const taken = await isTaken(asker, `a name of 64 ${nameLengthUnit}`, { name });
    if (taken === undefined) return notKnown(unclear);
    if (taken) return known({ ...answers, nameLengthUnit });
  }
  return notKnown('Not even a name of 64 bytes was taken, where its characters are pictures.');
}

/** The path of no endpoint. */
const nowhere = '/v4/nexconn-kit/probe';

/** Which HTTP statuses stand with the codes. */
export const statusQuestion: Question = {
  id: 'statuses',
  title: 'HTTP status of codes',
  users: 1,
  async ask(asker) {
    const replies = [
      await asker.ask({ what: 'without a user' }),
      await asker.ask({ what: 'without a body', body: null }),
      await asker.ask({ what: 'a wrong signature', changeSignature: (signature) => signature.replace(/^./, 'x') }),
      await asker.ask({ what: 'a path of no endpoint', path: nowhere }),
      await asker.ask({ what: 'a long name', body: { userId: `${asker.prefix}0`, name: 'a'.repeat(65) } }),
    ];
    const found = replies.filter(({ code }) => code !== undefined && code !== 0);
    const errorStatuses = Object.fromEntries(found.map(({ code, status }) => [`${code}`, status]));
    const isContradicted = found.some(({ code, status }) => errorStatuses[`${code}`] !== status);
    if (isContradicted) return notKnown('One code came with several statuses.');
    return found.length === 0 ? notKnown('No answer had a code.') : known({ errorStatuses });
  },
};

/** What the answer to an error looks like. */
export const errorBodyQuestion: Question = {
  id: 'error-body',
  title: 'Body of errors',
  users: 0,
  async ask(asker) {
    const { code, textFields } = await asker.ask({ what: 'a request that is refused' });
    const [errorMessageField, ...others] = textFields;
    if (code === undefined || code === 0) return notKnown('The answer was no error of the API.');
    if (errorMessageField === undefined || others.length > 0) return notKnown('It has no one field with a message.');
    return known({ errorMessageField });
  },
};

/** How long an idle connection is kept, where an answer says so. */
export const keepAliveQuestion: Question = {
  id: 'keep-alive',
  title: 'Idle connections',
  users: 0,
  caveat: 'As it is announced; when a connection really ends was not waited for.',
  async ask(asker) {
    const { headers, failure } = await asker.ask({ what: 'whether the connection is kept' });
    if (failure !== undefined) return notKnown('No answer came.');
    const keepAlive = headers['keep-alive'] ?? '';
    const connection = headers.connection ?? '';
    asker.note({ what: `Connection: ${connection.slice(0, 40)}, Keep-Alive: ${keepAlive.slice(0, 60)}` });
    if (/\bclose\b/i.test(connection)) return known({ keepAliveTimeoutMs: 0 });
    const [, seconds] = /\btimeout=(\d{1,4})\b/.exec(keepAlive) ?? [];
    if (seconds === undefined)
      return notKnown('The answer does not announce how long the connection is kept, and its end was not waited for.');
    return known({ keepAliveTimeoutMs: Math.min(Number(seconds), 3600) * 1000 });
  },
};
