import type { ResolvedDocument, ResolvedOperation } from '@nexconn-kit/document/compiler';
import type { CliContext } from '@nexconn-kit/token-server/command-line';
import { findOperation, openDocument, placeOf } from '../../api/document.js';
import { warningLines } from '../../options/document.js';
import { table } from '../../terminal/table.js';
import { printable, readTerminal } from '../../terminal/terminal.js';
import { type Field, fieldNamed, fieldsOf } from './fields.js';
import type { CallFlags } from './flags.js';
import { choicesOf, isSwitch, kindsOf, typeInWords } from './values.js';

/** Prints the operations of a document, or the fields of one. */
export async function listOperations(
  typed: string | undefined,
  flags: CallFlags,
  ownFlags: ReadonlySet<string>,
  context: CliContext,
): Promise<void> {
  const { resolved } = await openDocument(flags);
  context.stderr.write(warningLines(resolved));
  const isOfOne = typed !== undefined;
  const rows = isOfOne
    ? fieldRows(findOperation(resolved, typed), resolved, ownFlags)
    : resolved.operations.map(operationRow);
  if (flags.json) {
    context.stdout.write(`${JSON.stringify(rows.map(({ entry }) => entry))}\n`);
    return;
  }
  const { columns } = readTerminal(context.stdout, context.env);
  const lines = table(
    rows.map(({ cells }) => cells.map(printable)),
    { columns },
  );
  const none = isOfOne ? `${typed} has no fields.` : 'No operation can be called.';
  context.stdout.write(`${rows.length === 0 ? none : lines.join('\n')}\n`);
}

/** A row as people read it, and as JSON. */
interface Row {
  readonly cells: readonly string[];
  readonly entry: object;
}

function operationRow({ operationId, method, path, summary }: ResolvedOperation): Row {
  return { cells: [operationId, placeOf({ method, path }), summary], entry: { operationId, method, path, summary } };
}

function fieldRows(operation: ResolvedOperation, { bundle }: ResolvedDocument, ownFlags: ReadonlySet<string>): Row[] {
  const rows = fieldsOf(operation, bundle, ownFlags).map(({ flag, place, required, description, schema }): Row => {
    const type = [...kindsOf(schema, bundle)].join(' or ') || 'any';
    const words = [typeInWords(schema, bundle), place, ...(required ? ['required'] : [])].join(', ');
    return {
      cells: [`--${flag}`, words, firstSentence(description) || choicesOf(schema, bundle).join(', ')],
      entry: { flag: `--${flag}`, type, place, required, description },
    };
  });
  const { body } = operation;
  if (body === null) return rows;
  const whole = `the body from a file or stdin: ${body.contentType}`;
  const needed = body.field !== undefined && body.required;
  const entry = { flag: '--body', type: body.contentType, place: 'body', required: needed, description: whole };
  return [...rows, { cells: ['--body', needed ? 'file, required' : 'file', whole], entry }];
}

function firstSentence(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replace(/(?<=[a-z)`]{2}[.:]) .*$/i, '');
}

/** What a shell would take for something else than a word is not offered. */
const plain = /^[\w.:@/+-]+$/;

/**
 * Prints what may stand behind the words of a call that is being typed, a line each, with its meaning behind a tab: operations,
 * fields, or the values of the last field.
 */
export async function listCompletions(
  typed: string | undefined,
  words: readonly string[],
  flags: CallFlags,
  ownFlags: ReadonlySet<string>,
  { stdout }: CliContext,
): Promise<void> {
  const { resolved } = await openDocument(flags);
  const found = completionsOf(typed, words, resolved, ownFlags).filter(([name]) => plain.test(name));
  stdout.write(found.map(([name, meaning]) => `${name}\t${printable(firstSentence(meaning))}\n`).join(''));
}

type Completion = readonly [name: string, meaning: string];

function completionsOf(
  typed: string | undefined,
  words: readonly string[],
  { operations, bundle }: ResolvedDocument,
  ownFlags: ReadonlySet<string>,
): Completion[] {
  if (typed === undefined) return operations.map(({ operationId, summary }) => [operationId, summary]);
  const operation = operations.find((each) => each.operationId === typed || placeOf(each) === typed);
  const fields = operation ? fieldsOf(operation, bundle, ownFlags) : [];
  const named = (word: string): Field | undefined => fieldNamed(fields, word.replace(/^--|=.*$/gs, ''));
  const last = words.at(-1) ?? '';
  const waiting = last.startsWith('--') && !last.includes('=') ? named(last) : undefined;
  if (waiting && !isSwitch(waiting.schema, bundle)) {
    return choicesOf(waiting.schema, bundle).map((choice) => [choice, '']);
  }
  const given = new Set(words.filter((word) => word.startsWith('--')).map(named));
  const left = fields.filter((field) => !given.has(field) || kindsOf(field.schema, bundle).has('array'));
  return left.map(({ flag, description }) => [`--${flag}`, description]);
}
