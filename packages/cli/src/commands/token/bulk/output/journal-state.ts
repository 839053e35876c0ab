import { CliError, openDraft, readSmallFile } from '@nexconn-kit/token-server/command-line';
import type { Input, InputIdentity } from '../input/input.js';
import { count } from '../input/lines.js';

/** Whose tokens a run issues. */
export interface JournalOwner {
  readonly appKey: string;
  /** The region or the URL that issues them. */
  readonly api: string;
}

/** Far more than it has. */
const maxStateBytes = 65_536;

/** Returns the path of the journal of an output. */
export function statePathOf(out: string): string {
  return `${out}.journal`;
}

/** What a journal says of the run before. */
export interface JournalState extends JournalOwner {
  readonly input: InputIdentity;
  readonly state: 'stopped' | 'killed';
}

/** Returns what a journal says; undefined where there is none. @throws {CliError} USAGE */
export function readState(path: string): JournalState | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    const { version, input, appKey, api, state } = JSON.parse(text);
    const { size, head, headBytes } = input;
    if (version !== 1 || typeof head !== 'string' || !Number.isSafeInteger(headBytes)) throw new TypeError();
    return { input: { size, head, headBytes }, appKey, api, state: state === 'stopped' ? 'stopped' : 'killed' };
  } catch {
    throw usage(`${path} is no journal that can be read here. Remove it and its output, or give another --out.`);
  }
}

function readText(path: string): string | undefined {
  try {
    return readSmallFile(path, { maxBytes: maxStateBytes });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw usage(`${path}, the journal, ${message}. Remove it and its output, or give another --out.`);
  }
}

/** @throws {CliError} FILE_NOT_WRITTEN */
export async function writeState(
  path: string,
  input: InputIdentity,
  owner: JournalOwner,
  state: 'running' | 'stopped',
): Promise<void> {
  try {
    await using draft = await openDraft(path);
    await draft.file.writeFile(`${JSON.stringify({ version: 1, input, ...owner, state })}\n`);
    await draft.file.sync();
    await draft.commit();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const message = `${path}, the journal, cannot be written (${code}). Check the path, and that there is room.`;
    throw new CliError(message, { code: 'FILE_NOT_WRITTEN', cause });
  }
}

/** Refuses an output that was begun for another input, or with another app or API. @throws {CliError} USAGE */
export function refuseOther(known: JournalState, input: Input, owner: JournalOwner, out: string): void {
  const { size } = input.identity;
  const isShorter = known.input.size !== undefined && size !== undefined && size < known.input.size;
  if (isShorter) {
    throw foreign(
      out,
      `was begun when ${input.name} had ${count(known.input.size ?? 0)} bytes, and it has ${count(size ?? 0)} now`,
    );
  }
  if (!input.beginsAs(known.input)) throw foreign(out, 'was begun for an input with another beginning');
  if (known.appKey !== owner.appKey)
    throw foreign(out, `was begun for the App Key ${known.appKey}, and this is ${owner.appKey}`);
  if (known.api !== owner.api) throw foreign(out, `was begun with ${known.api}, and this is ${owner.api}`);
}

/** Returns the error of an output that is not of this run. */
export function foreign(out: string, what: string): CliError {
  return usage(`${out} ${what}: it is of another input or run. Give another --out, or remove it.`);
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
