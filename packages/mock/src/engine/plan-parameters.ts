import { asObject, type Resolve } from '../document/lookup.js';
import type { JsonObject, MockRequest, Route } from '../http/types.js';
import { isAnnotation } from './is-plain-schema.js';

/** Says whether the parameters of a request are certainly good; Prism says what is wrong with the others. */
export type ParameterCheck = (route: Route, request: MockRequest) => boolean;

const plainKeys = new Set(['name', 'in', 'required', 'schema']);
const plainSchemaKeys = new Set(['type', 'minLength', 'maxLength', 'pattern']);

/** OpenAPI has these headers mean something else than a parameter. */
const otherHeaders = new Set(['accept', 'authorization', 'content-type']);

/** Makes the check of an operation's parameters; `undefined` where one is more than a plain text. */
export function planParameters(lists: readonly unknown[], resolve: Resolve): ParameterCheck | undefined {
  const parameters = lists.flatMap((list) => (Array.isArray(list) ? list : [])).map(resolve);
  const checks = parameters.map((parameter) => checkOf(parameter, resolve));
  if (!checks.every((check) => check !== undefined)) return undefined;
  return (route, request) => checks.every((check) => check(route, request));
}

function checkOf(parameter: JsonObject, resolve: Resolve): ParameterCheck | undefined {
  const isGood = textCheck(resolve(parameter.schema));
  if (!isGood || !Object.keys(parameter).every((key) => plainKeys.has(key) || isAnnotation(key))) return undefined;
  const name = `${parameter.name}`;
  const required = parameter.required === true;
  switch (parameter.in) {
    case 'path':
      // Prism takes the path apart in its own way where anything in it is encoded.
      return ({ pathParameters }) =>
        /^[\w.~-]+$/.test(pathParameters[name] ?? '') && isGood(pathParameters[name] ?? '');
    case 'header':
      return otherHeaders.has(name.toLowerCase()) ? undefined : checkHeader(name.toLowerCase(), required, isGood);
    case 'query':
      return (_, { query }) => !required && query.size === 0;
    default:
      return undefined;
  }
}

function checkHeader(name: string, required: boolean, isGood: (text: string) => boolean): ParameterCheck {
  return (_, { headers }) => {
    const value = headers[name];
    return value === undefined ? !required : isGood(value);
  };
}

/** Only of ASCII, where characters, code points and bytes are the same. */
function textCheck(schema: JsonObject): ((text: string) => boolean) | undefined {
  const { type, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern = '' } = asObject(schema);
  if (type !== 'string' || !Object.keys(schema).every((key) => plainSchemaKeys.has(key) || isAnnotation(key))) {
    return undefined;
  }
  const [shortest, longest, expression] = [Number(minLength), Number(maxLength), new RegExp(`${pattern}`, 'u')];
  return (text) =>
    text.length >= Math.max(1, shortest) && text.length <= longest && /^[ -~]+$/.test(text) && expression.test(text);
}
