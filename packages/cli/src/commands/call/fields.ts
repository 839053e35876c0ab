import {
  asObject,
  dereference,
  type JsonObject,
  type ResolvedOperation,
  type Schema,
} from '@nexconn-kit/document/compiler';
import { CliError, nearestFlag } from '@nexconn-kit/token-server/command-line';
import { isSwitch, readValue, type ValueContext } from './values.js';

/** A field of an operation: a parameter, or a member of its body. */
export interface Field {
  /** Its name in the flat request of the client, such as `userId`, or `query.id` beside another `id`. */
  readonly name: string;
  /** Its flag as it is shown, without dashes. */
  readonly flag: string;
  /** What else it is called by: with its place before its name, and in the letters that flags usually have. */
  readonly aliases: readonly string[];
  readonly place: 'path' | 'query' | 'header' | 'cookie' | 'body';
  readonly required: boolean;
  readonly description: string;
  readonly schema: Schema;
}

/**
 * Returns the fields of an operation, without those that only an answer has; one whose name is a flag of the command has its place
 * before it.
 */
export function fieldsOf(
  { parameters, body }: ResolvedOperation,
  bundle: JsonObject,
  ownFlags: ReadonlySet<string>,
): Field[] {
  const isSent = (schema: Schema): boolean => asObject(dereference(bundle, schema)).readOnly !== true;
  const members =
    body && body.field === undefined ? [...body.shape.properties].filter(([, schema]) => isSent(schema)) : [];
  const rows = [
    ...parameters.map(({ name, field, in: place, required, description, schema }) => {
      return { name: field, bare: name, place, required, description, schema };
    }),
    ...members.map(([name, schema]) => {
      const required = body?.shape.required.has(name) === true;
      return { name, bare: name, place: 'body' as const, required, description: descriptionOf(schema), schema };
    }),
  ];
  return rows.map(({ bare, ...row }) => {
    const long = `${row.place}.${bare}`;
    const flag = ownFlags.has(row.name) ? long : row.name;
    const aliases = [long, toKebab(row.name)].filter((alias) => alias !== flag && !ownFlags.has(alias));
    return { ...row, flag, aliases };
  });
}

function descriptionOf(schema: Schema): string {
  const description = typeof schema === 'object' ? schema.description : undefined;
  return typeof description === 'string' ? description.trim() : '';
}

/** `user-id` for `userId`. */
function toKebab(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

/** Returns the field of a flag without dashes; undefined for one that is none, or of several fields. */
export function fieldNamed(fields: readonly Field[], flag: string): Field | undefined {
  const exact = fields.find((field) => field.flag === flag);
  const alike = fields.filter(({ aliases }) => aliases.includes(flag));
  return exact ?? (alike.length === 1 ? alike[0] : undefined);
}

/** What flags are read by. */
interface FieldContext extends Omit<ValueContext, 'flag'> {
  readonly fields: readonly Field[];
  /** The flags of the command itself, without dashes. */
  readonly ownFlags: ReadonlySet<string>;
  /** As the operation was typed. */
  readonly operation: string;
}

/**
 * Returns the flat request of words such as `--userId jlk456j5 --limit=5`, each value of the type that its schema has.
 *
 * @throws {CliError} USAGE
 */
export async function readFields(words: readonly string[], context: FieldContext): Promise<Record<string, unknown>> {
  const texts = new Map<Field, string[]>();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, flag, , attached] = /^--([^=]+)(=([\s\S]*))?$/.exec(word) ?? [];
    if (flag === undefined)
      throw usage(`A word stands where a flag is expected. A value follows its flag: --field value.`);
    const field = fieldNamed(context.fields, flag) ?? refuseFlag(flag, context);
    let text = attached;
    if (text === undefined) {
      const next = words[index + 1];
      const isGiven = next !== undefined && !next.startsWith('--');
      if (isSwitch(field.schema, context.bundle) && !/^(true|false)$/.test(next ?? '')) text = 'true';
      else if (!isGiven)
        throw usage(`--${flag} has no value. Write --${flag}=VALUE, also for one that begins with --.`);
      else {
        text = next;
        index += 1;
      }
    }
    texts.set(field, [...(texts.get(field) ?? []), text]);
  }
  const { bundle } = context;
  const values = [...texts].map(async ([{ name, flag, schema }, given]) => {
    return [name, await readValue(given, schema, { bundle, flag })] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

function refuseFlag(flag: string, { fields, ownFlags, operation }: FieldContext): never {
  const known = [...fields.map((field) => field.flag), ...ownFlags].map((each) => `--${each}`);
  const meant = nearestFlag(`--${flag}`, known);
  const hint = meant === undefined ? '' : ` (Did you mean ${meant}?)`;
  throw usage(`Unknown option '--${flag}'.${hint} See nexconn call ${operation} --list.`);
}

/** Refuses members of a body that the client would take for parameters. */
export function checkMembers(body: JsonObject, fields: readonly Field[]): void {
  const taken = fields.find(({ name, place }) => place !== 'body' && Object.hasOwn(body, name));
  if (taken === undefined) return;
  throw usage(`The body has ${taken.name}, which goes into the ${taken.place}. Give it as --${taken.flag}.`);
}

function usage(message: string): CliError {
  return new CliError(message, { code: 'USAGE' });
}
