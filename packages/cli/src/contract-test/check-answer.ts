import type { ValidationIssue, Validator } from '@nexconn-kit/contract';
import {
  asObject,
  compileParts,
  definitionOf,
  dereference,
  type JsonObject,
  type ResolvedDocument,
  type ResolvedOperation,
  type Schema,
  type Sources,
} from '@nexconn-kit/document/compiler';
import type { SeenAnswer } from '../api/exchange.js';
import { merged, typesOf } from './draw-value.js';
import type { FaultKind } from './types.js';

/** A fault without the request that shows it. */
export interface FoundFault {
  readonly kind: FaultKind;
  readonly message: string;
}

/** What is known of one documented answer. */
interface DocumentedAnswer {
  /** By media type. */
  readonly content: JsonObject;
  readonly headers: readonly { readonly name: string; readonly required: boolean; readonly types: readonly string[] }[];
}

/** Checks the answers of one operation. */
export interface AnswerChecks {
  /** Returns what is wrong with an answer to a request that keeps to the document; undefined where nothing is. */
  readonly ofValid: (answer: SeenAnswer) => FoundFault | undefined;
  /** Returns the same of an answer to one that breaks it, by what was broken. */
  readonly ofInvalid: (answer: SeenAnswer, broken: string) => FoundFault | undefined;
  /** Whether an answer is a success. */
  readonly isSuccess: (answer: SeenAnswer) => boolean;
}

/** Creates the checks of an operation's answers. @throws {DocumentError} where no check can be made of a schema */
export function createAnswerChecks(
  operation: ResolvedOperation,
  { bundle, envelope }: ResolvedDocument,
  sources: Sources,
): AnswerChecks {
  const { pointer } = operation;
  const responses = asObject(definitionOf(bundle, operation).responses);
  const answers = new Map<string, DocumentedAnswer>();
  const schemas: ResolvedOperation[] = [];
  const add = (name: string, schema: unknown, ...steps: string[]): void => {
    const resultPointer = [pointer, 'responses', ...steps].join('/');
    schemas.push({
      ...operation,
      operationId: name,
      parameters: [],
      body: null,
      result: schema as Schema,
      resultPointer,
    });
  };
  for (const [status, node] of Object.entries(responses)) {
    const { content, headers } = asObject(dereference(bundle, node));
    for (const [type, media] of Object.entries(asObject(content))) {
      const { schema } = asObject(media);
      if (schema !== undefined && isJson(type)) add(`${status} ${type}`, schema, status);
    }
    const documented = Object.entries(asObject(headers)).map(([name, given]) => {
      const { required, schema } = asObject(dereference(bundle, given));
      if (schema !== undefined) add(`${status} header ${name}`, schema, status);
      return { name, required: required === true, types: typesOf(merged(schema, bundle)) };
    });
    answers.set(status, {
      content: asObject(content),
      headers: documented.filter(({ name }) => !/^content-type$/i.test(name)),
    });
  }
  const validators = compileParts({ bundle, operations: schemas }, ['result'], sources).result;

  function documentedOf(status: number): [key: string, answer: DocumentedAnswer] | undefined {
    const key = [`${status}`, `${Math.floor(status / 100)}XX`, 'default'].find((each) => answers.has(each));
    const found = key === undefined ? undefined : answers.get(key);
    return key !== undefined && found ? [key, found] : undefined;
  }

  function check(answer: SeenAnswer): FoundFault | undefined {
    const { status } = answer;
    if (status >= 500) return { kind: 'server-error', message: `It answered with HTTP ${status}.` };
    const found = documentedOf(status);
    if (!found) {
      const known = [...answers.keys()].join(', ') || 'none';
      const advice =
        status >= 400 ? ' Answer with one of these, or add it: 4XX or default stands for all refusals.' : '';
      return { kind: 'status', message: `HTTP ${status} is not documented. The document has ${known}.${advice}` };
    }
    const [key, documented] = found;
    const ofBody = operation.method === 'HEAD' ? undefined : checkBody(answer, key, documented, validators);
    return ofBody ?? checkHeaders(answer, key, documented, validators);
  }

  const isSuccess = (answer: SeenAnswer): boolean => {
    if (answer.status < 200 || answer.status > 299) return false;
    const code = envelope ? Reflect.get(Object(jsonOf(answer)), envelope.code) : undefined;
    return typeof code !== 'number' || code === envelope?.success;
  };
  const documentsRefusals = [...answers.keys()].some((key) => /^(4|default)/.test(key));

  return {
    isSuccess,
    ofValid(answer) {
      if (answer.status !== 401) return check(answer);
      return { kind: 'unauthorized', message: 'HTTP 401: the server does not know the credentials. Check them.' };
    },
    ofInvalid(answer, broken) {
      if (isSuccess(answer)) {
        const message = `It answered with HTTP ${answer.status} where a refusal was due: ${broken}.`;
        return { kind: 'accepted-invalid', message };
      }
      // A document that tells of no refusal allows any.
      const isPlain = answer.status >= 400 && answer.status < 500 && !documentsRefusals;
      return isPlain ? undefined : check(answer);
    },
  };
}

/** The longest body that the client reads to its end. */
const mostBytes = 1024 * 1024;

type Validators = ReadonlyMap<string, Validator>;

function checkBody(
  answer: SeenAnswer,
  key: string,
  { content }: DocumentedAnswer,
  validators: Validators,
): FoundFault | undefined {
  const types = Object.keys(content);
  const bytes = answer.body();
  // The client reads no more of it.
  if (bytes.length >= mostBytes) return undefined;
  // What a document says nothing of may be anything, and some answers have no body.
  if (types.length === 0 || bytes.length === 0) return bytes.length === 0 ? missingBody(answer, types) : undefined;
  const given = headerOf(answer, 'content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  const type = types.find((each) => isOfType(given, each.split(';')[0]?.trim().toLowerCase() ?? ''));
  if (type === undefined) {
    const message = `HTTP ${answer.status} has the media type ${given || 'none'}. The document has ${types.join(', ')}.`;
    return { kind: 'media-type', message };
  }
  if (!isJson(type)) return undefined;
  const value = jsonOf(answer);
  if (value === undefined) return { kind: 'body', message: `The body of HTTP ${answer.status} is not JSON.` };
  const issues = validators.get(`${key} ${type}`)?.(value) ?? [];
  return issues.length === 0 ? undefined : { kind: 'body', message: `HTTP ${answer.status}: ${inWords(issues)}` };
}

function missingBody({ status }: SeenAnswer, types: readonly string[]): FoundFault | undefined {
  if (types.length === 0 || status === 204 || status === 304 || !types.some(isJson)) return undefined;
  return { kind: 'body', message: `HTTP ${status} has no body. The document has ${types.join(', ')}.` };
}

function checkHeaders(
  answer: SeenAnswer,
  key: string,
  { headers }: DocumentedAnswer,
  validators: Validators,
): FoundFault | undefined {
  for (const { name, required, types } of headers) {
    const text = headerOf(answer, name);
    if (text === undefined) {
      if (required) return { kind: 'header', message: `HTTP ${answer.status} lacks the header ${name}.` };
      continue;
    }
    const issues = validators.get(`${key} header ${name}`)?.(readHeader(text, types)) ?? [];
    if (issues.length > 0) {
      const words = inWords(issues).replaceAll('The result', 'its value');
      return { kind: 'header', message: `HTTP ${answer.status}, header ${name}: ${words}` };
    }
  }
  return undefined;
}

function readHeader(text: string, types: readonly string[]): unknown {
  const isNumber = types.some((type) => type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(text);
  if (isNumber) return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  return types.includes('array') ? text.split(',').map((item) => item.trim()) : text;
}

function headerOf({ headers }: SeenAnswer, name: string): string | undefined {
  return headers.find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

function inWords(issues: readonly ValidationIssue[]): string {
  return issues
    .slice(0, 3)
    .map(({ message }) => message)
    .join(' ');
}

function jsonOf(answer: SeenAnswer): unknown {
  try {
    return JSON.parse(answer.body().toString('utf8'));
  } catch {
    return undefined;
  }
}

function isJson(type: string): boolean {
  return /^[\w.+-]+\/([\w.-]+\+)?json(;|$)/i.test(type);
}

/** Whether a media type is one of a documented range, such as one of all images. */
function isOfType(given: string, documented: string): boolean {
  if (documented === '*/*') return true;
  return documented.endsWith('/*') ? given.startsWith(documented.slice(0, -1)) : given === documented;
}
