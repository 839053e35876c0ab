import type { Effect, EffectName, EffectValue } from '@nexconn-kit/contract';
import { nearestName } from '../check-options.js';
import { appendPointer } from '../json/json-pointer.js';
import { asArray, asObject, dereference, isObject, readShape } from '../json/references.js';
import type { Json, JsonObject, Schema } from '../json/types.js';
import type { ProblemReporter } from './types.js';

/** What an effect takes; `true` marks what it needs. */
const valuesOfEffects: Readonly<Record<EffectName, Readonly<Record<string, boolean>>>> = {
  issueToken: { userId: true, token: true, name: false, avatarUrl: false },
  registerUser: { userId: true, name: false, avatarUrl: false },
  changeUser: { userId: true, name: false, avatarUrl: false },
  findUser: { userId: true },
  removeUser: { userId: true },
  expireTokens: { userIds: true, issuedBefore: false },
};

/** The effects that refuse a user who is not known, where their `unknown` names an error. */
const refusing: ReadonlySet<string> = new Set<EffectName>(['changeUser', 'findUser', 'removeUser', 'expireTokens']);

/** What the expressions of an operation can read. */
export interface EffectSources {
  readonly bundle: JsonObject;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly body: Schema | undefined;
  /** The schema of the answer of a success, its envelope included. */
  readonly answer: Schema | undefined;
}

/**
 * Returns what an operation does to the state of a mock: its `x-mock`, in the order in which it is written. What is not
 * known or leads nowhere is reported, with the name that comes nearest.
 */
export function resolveEffects(
  rules: Json | undefined,
  sources: EffectSources,
  pointer: string,
  report: ProblemReporter,
): Effect[] {
  if (rules === undefined) return [];
  if (!isObject(rules) || Object.keys(rules).length === 0) {
    const message = `x-mock is ${JSON.stringify(rules)}; at an operation it names what the operation does to the state of a mock.`;
    report(pointer, message, `Write one or more of ${Object.keys(valuesOfEffects).join(', ')}, such as ${example}.`);
    return [];
  }
  return Object.entries(rules).flatMap(([effect, values]) => {
    const place = appendPointer(pointer, effect);
    if (!isEffectName(effect)) {
      const names = Object.keys(valuesOfEffects);
      report(place, `x-mock has ${effect}, which is no effect.`, suggest(effect, names, 'The effects are'));
      return [];
    }
    if (!isObject(values)) {
      report(place, `${effect} is ${JSON.stringify(values)}; it takes values by name.`, `Write it such as ${example}.`);
      return [];
    }
    return [resolveEffect(effect, values, sources, place, report)];
  });
}

const example = '{ findUser: { userId: $request.body#/userId } }';

function isEffectName(name: string): name is EffectName {
  return Object.hasOwn(valuesOfEffects, name);
}

function resolveEffect(
  effect: EffectName,
  given: JsonObject,
  sources: EffectSources,
  pointer: string,
  report: ProblemReporter,
): Effect {
  const known = valuesOfEffects[effect];
  const mayRefuse = refusing.has(effect);
  const names = [...Object.keys(known), ...(mayRefuse ? ['unknown'] : [])];
  const wrong = Object.keys(given).filter((name) => !names.includes(name));
  for (const name of wrong) {
    report(appendPointer(pointer, name), `${effect} takes no ${name}.`, suggest(name, names, 'It takes'));
  }
  const lacking = Object.keys(known).filter((name) => known[name] && !Object.hasOwn(given, name));
  // A misspelt name is one mistake, and not another that is missing too.
  if (wrong.length === 0) {
    for (const name of lacking) {
      report(pointer, `${effect} has no ${name}, which it needs.`, `Write ${name}: ${expressions}.`);
    }
  }
  const values = Object.keys(known).flatMap((name): [string, EffectValue][] => {
    if (!Object.hasOwn(given, name)) return [];
    const value = resolveExpression(given[name], `${effect}.${name}`, sources, appendPointer(pointer, name), report);
    return value === undefined ? [] : [[name, value]];
  });
  const unknown = mayRefuse ? resolveError(given.unknown, effect, sources, pointer, report) : undefined;
  return { effect, values: Object.fromEntries(values), ...(unknown !== undefined && { unknown }) };
}

function resolveError(
  name: Json | undefined,
  effect: string,
  { bundle }: EffectSources,
  pointer: string,
  report: ProblemReporter,
): string | undefined {
  if (name === undefined) return undefined;
  const entries = asArray(dereference(bundle, bundle['x-error-codes']));
  const names = entries.map((entry) => String(asObject(entry).name));
  if (names.includes(String(name))) return String(name);
  const message = `${effect}.unknown is ${JSON.stringify(name)}, which is no error of x-error-codes.`;
  report(appendPointer(pointer, 'unknown'), message, suggest(String(name), names, 'Its errors are'));
  return undefined;
}

/** What an expression can be, in words. */
const expressions =
  '$request.body#/<field>, $request.path.<name>, $request.query.<name>, $request.header.<name> or $response.body#/<field>';

/** The runtime expressions of OpenAPI that say something of one request and its answer. */
const expressionForm =
  /^\$(?:(request|response)\.body#((?:\/(?:[^~/]|~[01])+)+)|request\.(path|query|header)\.([^\s.#{}]+))$/;

function resolveExpression(
  text: Json | undefined,
  owner: string,
  sources: EffectSources,
  pointer: string,
  report: ProblemReporter,
): EffectValue | undefined {
  const found = typeof text === 'string' ? expressionForm.exec(text) : null;
  if (!found) {
    report(pointer, `${owner} is ${JSON.stringify(text)}, which is no runtime expression.`, `Write ${expressions}.`);
    return undefined;
  }
  const [, message, path, place, name] = found;
  if (place !== undefined && name !== undefined) {
    const names = sources.parameters.filter((parameter) => parameter.in === place).map((parameter) => parameter.name);
    const isSame = (each: string) => (place === 'header' ? each.toLowerCase() === name.toLowerCase() : each === name);
    if (!names.some(isSame)) refuse(name, names, `no ${place} parameter of the operation`);
    return { from: `request.${place}` as EffectValue['from'], path: [place === 'header' ? name.toLowerCase() : name] };
  }
  const keys = `${path}`.split('/').slice(1).map(unescapeKey);
  const schema = message === 'request' ? sources.body : sources.answer;
  const lost = schema === undefined ? { key: keys[0] ?? '', names: [] } : findLost(sources.bundle, schema, keys);
  if (lost) refuse(lost.key, lost.names, `no field of the ${message === 'request' ? 'request' : 'answer'}`);
  return { from: message === 'request' ? 'request.body' : 'response.body', path: keys };

  function refuse(wrong: string, names: readonly string[], what: string): void {
    report(pointer, `${owner} is ${text}, and ${wrong} is ${what}.`, suggest(wrong, names, 'There are'));
  }
}

/** Returns the first part of a path that a schema has no field for; undefined where it has all, or may have any. */
function findLost(
  bundle: JsonObject,
  schema: Schema,
  keys: readonly string[],
): { readonly key: string; readonly names: readonly string[] } | undefined {
  let current = schema;
  for (const key of keys) {
    const { properties } = readShape(bundle, current);
    const next = properties.get(key);
    if (next === undefined) return properties.size > 0 ? { key, names: [...properties.keys()] } : undefined;
    current = next;
  }
  return undefined;
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function suggest(wrong: string, names: readonly string[], otherwise: string): string {
  if (names.length === 0) return 'There is none to name here.';
  const nearest = nearestName(wrong, names);
  return nearest === undefined ? `${otherwise} ${names.join(', ')}.` : `Did you mean ${nearest}?`;
}
