import type { Effect, EffectName, EffectValue } from '@nexconn-kit/contract';
import type { Api, ApiErrorName } from '../document/api.js';
import { asObject } from '../document/lookup.js';
import { ApiError } from '../http/api-error.js';
import type { AnswerDraft, MockRequest, Route } from '../http/types.js';
import type { Settings } from '../settings.js';
import type { Service } from '../state/types.js';

/** A good request with its answer. */
interface Exchange {
  readonly appKey: string;
  readonly route: Route;
  readonly request: MockRequest;
  /** Valid by the document. */
  readonly body: unknown;
  readonly answer: unknown;
}

/** What one effect does. @throws {ApiError} where it refuses the request */
type Change = (exchange: Exchange) => void;

/**
 * Creates the step that does what the document's `x-mock` says of an operation, after its answer is known and before it is
 * sent; an answer that is no success, because the caller preferred another, changes nothing. An operation that no
 * signature tells the app of acts on that of the mock's options.
 */
export function createStateChange(
  { envelope, operations }: Pick<Api, 'envelope' | 'operations'>,
  service: Service,
  settings: Pick<Settings, 'appKey'>,
): (
  route: Route,
  request: MockRequest,
  appKey: string | undefined,
  body: unknown,
  draft: Pick<AnswerDraft, 'status' | 'body'>,
) => void {
  const changes = new Map<string, readonly Change[]>();
  for (const { operationId, effects = [] } of Object.values(operations)) {
    if (effects.length > 0)
      changes.set(
        operationId,
        effects.map((effect) => createChange(effect, service)),
      );
  }

  return function changeState(route, request, appKey = settings.appKey, body, { status, body: answer }) {
    const { operationId, successStatus } = route.operation;
    const own = changes.get(operationId);
    if (!own || status !== successStatus) return;
    if (envelope && asObject(answer)[envelope.code] !== envelope.success) return;
    for (const change of own) change({ appKey, route, request, body, answer });
  };
}

function createChange({ effect, values, unknown }: Effect, service: Service): Change {
  if (!Object.hasOwn(effects, effect)) throw new Error(`There is no effect ${effect}. Load the document anew.`);
  const read = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, createReader(value)]));
  const find = (name: string, exchange: Exchange): unknown => read[name]?.(exchange);
  return effects[effect]({
    service,
    find,
    textOf(name, exchange) {
      const value = find(name, exchange);
      return value === undefined || value === null ? undefined : `${value}`;
    },
    refuseUnknown(userId) {
      if (unknown === undefined) return;
      const looked = `There is no user ${userId} to ${aims[effect]}`;
      throw new ApiError(unknown as ApiErrorName, `${looked}: none was registered, and no token was issued for it.`);
    },
  });
}

/** What the effects do that refuse a user who is not known. */
const aims: Partial<Readonly<Record<EffectName, string>>> = {
  changeUser: 'change',
  findUser: 'find',
  removeUser: 'remove',
  expireTokens: 'expire the tokens of',
};

/** What an effect is made of. */
interface EffectParts {
  readonly service: Service;
  /** Returns a value that the effect takes; `undefined` where the request or the answer has none. */
  readonly find: (name: string, exchange: Exchange) => unknown;
  readonly textOf: (name: string, exchange: Exchange) => string | undefined;
  /** Refuses the request where the effect says so. */
  readonly refuseUnknown: (userId: string) => void;
}

const effects: Readonly<Record<EffectName, (parts: EffectParts) => Change>> = {
  issueToken({ service, textOf }) {
    return (exchange) => {
      const userId = textOf('userId', exchange);
      const token = textOf('token', exchange);
      if (userId === undefined || token === undefined) return;
      const user = { userId, name: textOf('name', exchange) ?? '', avatarUrl: textOf('avatarUrl', exchange) ?? '' };
      service.issue(exchange.appKey, user, token);
    };
  },
  registerUser({ service, textOf }) {
    return (exchange) => {
      const userId = textOf('userId', exchange);
      if (userId === undefined) return;
      const user = { userId, name: textOf('name', exchange) ?? '', avatarUrl: textOf('avatarUrl', exchange) ?? '' };
      service.registerUser(exchange.appKey, user);
    };
  },
  changeUser({ service, textOf, refuseUnknown }) {
    return (exchange) => {
      const userId = textOf('userId', exchange);
      if (userId === undefined) return;
      const changes = { name: textOf('name', exchange), avatarUrl: textOf('avatarUrl', exchange) };
      if (!service.changeUser(exchange.appKey, userId, changes)) refuseUnknown(userId);
    };
  },
  findUser({ service, textOf, refuseUnknown }) {
    return (exchange) => {
      const userId = textOf('userId', exchange);
      if (userId !== undefined && !service.hasUser(exchange.appKey, userId)) refuseUnknown(userId);
    };
  },
  removeUser({ service, textOf, refuseUnknown }) {
    return (exchange) => {
      const userId = textOf('userId', exchange);
      if (userId !== undefined && !service.removeUser(exchange.appKey, userId)) refuseUnknown(userId);
    };
  },
  expireTokens({ service, find, refuseUnknown }) {
    return (exchange) => {
      const given = find('userIds', exchange);
      if (given === undefined || given === null) return;
      const userIds = (Array.isArray(given) ? given : [given]).map((userId) => `${userId}`);
      const unknown = userIds.find((userId) => !service.hasUser(exchange.appKey, userId));
      if (unknown !== undefined) refuseUnknown(unknown);
      const issuedBefore = find('issuedBefore', exchange);
      service.voidTokens(exchange.appKey, {
        userIds: [...new Set(userIds)],
        ...(issuedBefore !== undefined && { issuedBefore: Number(issuedBefore) }),
      });
    };
  },
};

function createReader({ from, path }: EffectValue): (exchange: Exchange) => unknown {
  const [name = ''] = path;
  switch (from) {
    case 'request.body':
      return ({ body }) => valueAt(body, path);
    case 'response.body':
      return ({ answer }) => valueAt(answer, path);
    case 'request.path':
      return ({ route }) => valueAt(route.pathParameters, path);
    case 'request.header':
      return ({ request }) => valueAt(request.headers, path);
    case 'request.query':
      return ({ request }) => {
        const all = request.query.getAll(name);
        return all.length > 1 ? all : all[0];
      };
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return current;
}
