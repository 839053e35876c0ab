import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ProfileAnswers, ServiceProfile } from '@nexconn-kit/mock/profile';
import { CliError, openDraft, refuseSpecialFile } from '@nexconn-kit/token-server/command-line';
import { openProfile } from '../mock/profile.js';
import type { Evidence } from './create-asker.js';
import type { Outcome } from './question.js';

/** A profile with what led to it, as it is written after each question: it holds no secret and no token. */
export interface ProbeFile extends ServiceProfile {
  /** Why a question has no answer, by the name of the question. */
  readonly notKnown: Readonly<Record<string, string>>;
  /** The users that were made; their IDs begin with the prefix. */
  readonly users: { readonly prefix: string; readonly atMost: number };
  /** The requests of each question that was asked. */
  readonly evidence: Readonly<Record<string, readonly Evidence[]>>;
}

/** Returns a file of which nothing was asked. */
export function beginProfile(server: string, appKey: string, madeAt: string): ProbeFile {
  return {
    version: 1,
    madeAt,
    server,
    appKeyEnd: appKey.slice(-4),
    answers: {},
    notKnown: {},
    users: { prefix: `probe${randomBytes(4).toString('hex')}`, atMost: 0 },
    evidence: {},
  };
}

/**
 * Returns what was written before, to go on with; `begun` where there is no such file.
 *
 * @throws {CliError} USAGE where it is another's
 */
export async function continueProfile(path: string, begun: ProbeFile): Promise<ProbeFile> {
  if (!existsSync(path)) return begun;
  await refuseSpecialFile(path);
  const profile = await openProfile(path);
  if (profile.server !== begun.server || profile.appKeyEnd !== begun.appKeyEnd) {
    const message = `The file ${path} is the profile of another app or server (${profile.server}). Name another with --out.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  const { notKnown = {}, users, evidence = {} } = JSON.parse(await readFile(path, 'utf8')) as Partial<ProbeFile>;
  const isUsable = /^[a-z0-9]{1,20}$/.test(`${users?.prefix}`) && Number.isSafeInteger(users?.atMost);
  if (!isUsable || Object(evidence) !== evidence || Object(notKnown) !== notKnown) {
    const message = `The file ${path} was not written by nexconn probe, or was changed. Name another with --out.`;
    throw new CliError(message, { code: 'USAGE' });
  }
  return { ...profile, notKnown, users: users as ProbeFile['users'], evidence };
}

/** Returns the file with what a question has come to. */
export function withOutcome(
  file: ProbeFile,
  { id, users }: { readonly id: string; readonly users: number },
  outcome: Outcome,
  evidence: readonly Evidence[],
): ProbeFile {
  const { [id]: _, ...notKnown } = file.notKnown;
  const atMost = Math.max(file.users.atMost, users);
  const asked = { ...file, users: { ...file.users, atMost }, evidence: { ...file.evidence, [id]: evidence } };
  if ('notKnown' in outcome) return { ...asked, notKnown: { ...notKnown, [id]: outcome.notKnown } };
  return { ...asked, notKnown, answers: merge(file.answers, outcome.answers) };
}

/** Several questions learn of statuses. */
function merge(before: ProfileAnswers, found: ProfileAnswers): ProfileAnswers {
  const errorStatuses = { ...before.errorStatuses, ...found.errorStatuses };
  const hasStatuses = Object.keys(errorStatuses).length > 0;
  return { ...before, ...found, ...(hasStatuses && { errorStatuses }) };
}

/** Writes the file, for its owner alone. @throws {CliError} FILE_NOT_WRITTEN */
export async function saveProfile(path: string, file: ProbeFile): Promise<void> {
  try {
    await using draft = await openDraft(path);
    await draft.file.writeFile(`${JSON.stringify(file, null, 2)}\n`);
    await draft.commit();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `The file ${path} cannot be written (${code}). Check the path given to --out.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
}
