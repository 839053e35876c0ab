import { invalidDocument } from '../errors.js';
import { appendPointer } from '../json/json-pointer.js';
import { definitionIn, methodsOf, pointerOf } from '../json/path-item.js';
import { asArray, asObject, dereference, isObject } from '../json/references.js';
import type { Json, JsonObject } from '../json/types.js';
import { dropWrongKinds } from '../lift/drop-wrong-kinds.js';
import { liftDocument } from '../lift/lift-document.js';
import { findBrokenReferences } from '../read/bundle-document.js';
import type { Sources } from '../read/read-sources.js';
import type { Problem } from '../types.js';
import { checkExtensions } from './check-extensions.js';
import { checkFields } from './check-fields.js';
import { checkPaths } from './check-paths.js';
import { checkSizes } from './check-sizes.js';
import { checkDefaults, checkExamples, checkNullable, checkTags } from './check-values.js';
import { withErrorCodeTable } from './error-code-table.js';
import { type FoundProblem, leaveOut, nameCauses } from './leave-out.js';
import { findExtensions } from './marks.js';
import { resolveOperation, toTypeName } from './resolve-operation.js';
import { checkSecurity, checkSecuritySchemes, resolveSecuritySchemes } from './security.js';
import type {
  ErrorCodeEntry,
  OperationReporters,
  ProblemReporter,
  ResolvedDocument,
  ResolvedEnvelope,
  ResolvedOperation,
  ResolvedServer,
} from './types.js';

/** What only looks like a mistake; its place in the files is looked for where it is told. */
interface Slip {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

function isMisspelt({ hint }: Slip): boolean {
  return hint.startsWith('Did you mean');
}

/** What a document is resolved for: code is made of all of it or none, while what cannot be played is left out. */
export type Purpose = 'generate' | 'play';

/**
 * Returns a bundled document in the shape that validators, operations and generated files start from.
 *
 * @throws {DocumentError} with every demand that the document does not meet; to play it, where nothing of it is left
 */
export function resolveDocument(
  written: JsonObject,
  sources: Sources,
  purpose: Purpose = 'generate',
): ResolvedDocument {
  const lifted = liftDocument(written);
  const slips: Slip[] = [];
  const reportSlip: ProblemReporter = (pointer, message, hint) => void slips.push({ pointer, message, hint });
  const place = ({ pointer, ...said }: Slip): FoundProblem => {
    return { pointer, problem: { ...sources.locate(pointer), ...said } };
  };
  checkFields(lifted.document, reportSlip);
  // A tag that is misspelt, as is told later, is the cause of nothing.
  const misspeltFields = slips.filter(isMisspelt);
  const { document: bundle, leftOut: ofWrongKind } = dropWrongKinds(lifted.document);
  const leftOut = [...lifted.leftOut, ...ofWrongKind];
  // A wrong name makes mistakes of what it hides, which would say less.
  if (purpose === 'generate' && slips.length > 0) throw invalidDocument(problemsOf(slips.map(place)), sources.files());
  const broken = [...sources.broken.values()].flat();
  if (purpose === 'generate' && broken.length > 0) throw invalidDocument(unique(broken), sources.files());
  const found: FoundProblem[] = [];
  const report: ProblemReporter = (pointer, message, hint) => {
    found.push({ pointer, problem: { ...sources.locate(pointer), message, hint } });
  };
  const reportCall = purpose === 'generate' ? report : () => {};
  for (const { pointer, problem } of findBrokenReferences(bundle, sources)) found.push({ pointer, problem });
  // What else leads nowhere is no `$ref` of an operation: the name of a schema in a mapping, or a value of an extension.
  const told = new Set(found.map(({ problem }) => problem));
  for (const problem of broken) if (!told.has(problem)) found.push({ pointer: '#', problem });
  if (purpose === 'generate') for (const { pointer, message, hint } of leftOut) report(pointer, message, hint);
  const envelope = resolveEnvelope(bundle, report);
  if (bundle.paths !== undefined && !isObject(bundle.paths)) {
    report('#/paths', 'paths is not a map from paths to what can be done there.', 'Write paths: {} for none.');
  }
  checkPaths(Object.keys(asObject(bundle.paths)), { report, reportCall });
  checkSecurity(bundle.security, '#/security', report);
  checkSecuritySchemes(bundle, report);
  const operations = resolveOperations(bundle, envelope, purpose, { report, reportCall });
  if (purpose === 'generate') checkNames(operations, report);
  const servers = resolveServers(bundle);
  const errorCodes = resolveErrorCodes(bundle, report);
  const isOwnServer = resolveOwnServer(bundle, report);
  checkExtensions(bundle, report);
  checkSizes(bundle, report);
  checkDefaults(bundle, reportSlip);
  checkNullable(written, reportSlip);
  checkExamples(bundle, reportSlip);
  checkTags(bundle, operations, purpose === 'generate', reportSlip);
  if (purpose === 'generate') found.push(...slips.map(place));
  // What only this toolchain reads is written for it: its mistakes are no matter of one operation.
  const isOwn = found.some(({ pointer }) => /^#\/x-(envelope|error-codes|own-server)(\/|$)/.test(pointer));
  if ((purpose === 'generate' && found.length > 0) || isOwn) throw invalidDocument(problemsOf(found), sources.files());
  const misspelt = found.length === 0 ? [] : misspeltFields.map(place);
  const causes = nameCauses(found, misspelt);
  const { played, warnings } = leaveOut(operations, causes, bundle);
  const isNothing = operations.length > played.length || bundle.paths !== undefined;
  if (found.length > 0 && played.length === 0 && isNothing) throw invalidDocument(problemsOf(causes), sources.files());
  for (const { pointer, message, hint } of leftOut) warnings.push({ ...sources.locate(pointer), message, hint });
  // What only looks like a mistake is played as it is, and told where nothing else was at that place.
  const places = new Set(found.map(({ pointer }) => pointer));
  const toldOf = new Set(causes.map(({ problem }) => problem));
  for (const { pointer, problem } of misspelt) if (toldOf.has(problem)) places.add(pointer);
  warnings.push(...grouped(slips.filter(({ pointer }) => !places.has(pointer))).map((slip) => place(slip).problem));
  return {
    bundle: withErrorCodeTable(bundle, errorCodes),
    operations: played,
    securitySchemes: resolveSecuritySchemes(bundle),
    ...{ servers, envelope, errorCodes, isOwnServer, warnings: unique(warnings) },
  };
}

function problemsOf(found: readonly FoundProblem[]): Problem[] {
  return unique(found.map(({ problem }) => problem));
}

function resolveOperations(
  bundle: JsonObject,
  envelope: ResolvedEnvelope | null,
  purpose: Purpose,
  reporters: OperationReporters,
): ResolvedOperation[] {
  const places = Object.entries(asObject(bundle.paths)).flatMap(([path, item]) => {
    const pathItem = asObject(dereference(bundle, item));
    const here = path.startsWith('x-') ? [] : methodsOf(pathItem);
    return here.map((method) => {
      return { path, method, pathItem, node: definitionIn(pathItem, method), pointer: pointerOf(path, method) };
    });
  });
  const extensions = findExtensions(bundle);
  const taken = new Set<string>();
  for (const { node } of places) taken.add(String(asObject(node).operationId));
  const used = new Set<string>();
  return places.map((place) => {
    const { method, path, node, pointer } = place;
    if (!isObject(node)) {
      const key = pointer.slice(pointer.lastIndexOf('/') + 1);
      const hint = `Write it as ${key}: { responses: { 200: { description: … } } }, or leave it out.`;
      reporters.report(pointer, `The ${key} of ${path} is no operation.`, hint);
    }
    const derivedId = deriveOperationId(method, path, taken);
    const shared = { bundle, extensions, envelope, ...reporters };
    const operation = resolveOperation({ ...shared, ...place, node: asObject(node), derivedId });
    // Two of one name are both played, and the second is known by where it is.
    const isSecond = purpose === 'play' && used.has(operation.operationId);
    const operationId = isSecond ? derivedId : operation.operationId;
    used.add(operationId);
    if (operationId === derivedId) taken.add(derivedId);
    return { ...operation, operationId, typeName: toTypeName(operationId) };
  });
}

/**
 * Returns the name of an operation that has none: its method and the words of its path, `getUsersIdPosts` for
 * `GET /users/{id}/posts`. It is the same as long as both are, and those before it in the document that have no name.
 */
function deriveOperationId(method: string, path: string, taken: ReadonlySet<string>): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
  let numbered = name;
  for (let serial = 2; taken.has(numbered); serial += 1) numbered = `${name}${serial}`;
  return numbered;
}

function checkNames(operations: readonly ResolvedOperation[], report: ProblemReporter): void {
  const ids = new Map<string, ResolvedOperation>();
  const types = new Map<string, ResolvedOperation>();
  for (const operation of operations) {
    const { operationId, typeName, pointer } = operation;
    const place = appendPointer(pointer, 'operationId');
    const same = ids.get(operationId);
    const alike = types.get(typeName);
    if (same) {
      const message = `operationId ${operationId} is used twice; ${same.method} ${same.path} has it already.`;
      report(place, message, 'Give each operation an operationId of its own.');
    } else if (alike) {
      const message = `operationId ${operationId} becomes the type ${typeName}, as ${alike.operationId} does.`;
      report(place, message, 'Rename one so that they differ in more than case or punctuation.');
    }
    ids.set(operationId, operation);
    types.set(typeName, operation);
  }
}

function resolveServers(bundle: JsonObject): ResolvedServer[] {
  return asArray(bundle.servers).map((entry) => {
    const server = asObject(entry);
    const variables = asObject(server.variables);
    return {
      url: String(server.url).replace(/\{([^}]+)\}/g, (_, name: string) => String(asObject(variables[name]).default)),
      region: typeof server['x-region'] === 'string' ? server['x-region'] : '',
      role: typeof server['x-role'] === 'string' ? server['x-role'] : '',
      description: typeof server.description === 'string' ? server.description : '',
    };
  });
}

function resolveEnvelope(bundle: JsonObject, report: ProblemReporter): ResolvedEnvelope | null {
  if (bundle['x-envelope'] === undefined) return null;
  const { code, success, message, result } = asObject(bundle['x-envelope']);
  if (
    typeof code === 'string' &&
    typeof success === 'number' &&
    Number.isInteger(success) &&
    typeof message === 'string' &&
    typeof result === 'string'
  ) {
    return { code, success, message, result };
  }
  const hint = 'Write x-envelope: { code: <field>, success: <whole number>, message: <field>, result: <field> }.';
  report('#/x-envelope', 'x-envelope does not name the four things that it must.', hint);
  return null;
}

function resolveErrorCodes(bundle: JsonObject, report: ProblemReporter): ErrorCodeEntry[] {
  if (bundle['x-error-codes'] !== undefined && !Array.isArray(bundle['x-error-codes'])) {
    report('#/x-error-codes', 'x-error-codes is not a list.', 'Write one entry for each code.');
  }
  const names = new Set<string>();
  return asArray(bundle['x-error-codes']).map((item, index) => {
    const pointer = appendPointer('#/x-error-codes', index);
    const { name, code, httpStatus, retryable, meaning, remedy } = asObject(item);
    const hint = 'An entry is { code: 1, name: SomeName, httpStatus: 400, retryable: false, meaning: …, remedy: … }.';
    if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
      report(pointer, 'This error code has no name of letters and digits.', hint);
    } else if (names.has(name)) report(pointer, `The error name ${name} is used twice.`, 'Each name stands once.');
    if (!Number.isInteger(code)) report(pointer, `Error ${String(name)} has no whole number as its code.`, hint);
    if (!isStatus(httpStatus)) report(pointer, `Error ${String(name)} has no httpStatus from 100 to 599.`, hint);
    if (retryable !== undefined && typeof retryable !== 'boolean') {
      report(pointer, `Error ${String(name)} is neither retryable: true nor retryable: false.`, hint);
    }
    names.add(String(name));
    return {
      name: String(name),
      code: Number(code),
      httpStatus: Number(httpStatus),
      retryable: retryable === true,
      meaning: typeof meaning === 'string' ? meaning.trim() : '',
      remedy: typeof remedy === 'string' ? remedy.trim() : '',
    };
  });
}

function isStatus(value: Json | undefined): boolean {
  return Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
}

function resolveOwnServer(bundle: JsonObject, report: ProblemReporter): boolean {
  const value = bundle['x-own-server'];
  if (value !== undefined && value !== true) {
    report('#/x-own-server', `x-own-server is ${JSON.stringify(value)}; it is true or left out.`, 'Leave it out.');
  }
  return value === true;
}

/** Returns what is wrong in the same way at several places once, at the first of them. */
function grouped(slips: readonly Slip[]): Slip[] {
  const groups = new Map<string, { first: Slip; more: number }>();
  for (const slip of slips) {
    const known = groups.get(slip.message);
    if (known) known.more += 1;
    else groups.set(slip.message, { first: slip, more: 0 });
  }
  return [...groups.values()].map(({ first, more }) =>
    more === 0
      ? first
      : { ...first, message: `${first.message} It stands at ${more} other ${more === 1 ? 'place' : 'places'} too.` },
  );
}

function unique(problems: readonly Problem[]): Problem[] {
  const byPlace = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...byPlace.values()];
}
