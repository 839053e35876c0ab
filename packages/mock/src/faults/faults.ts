import { MockError } from '../errors.js';
import { ApiError } from '../http/api-error.js';
import { readAppKey, readUserId } from '../http/read-request.js';
import type { MockRequest, Route } from '../http/types.js';
import { checkSequence, type ErrorEntries, invalidFault } from './check-fault.js';
import { magicPrefix, parseFaultHeader, parseMagicUserId } from './parse-fault.js';
import type { Fault, FaultContext, FaultRuleView, FaultSequence, Faults } from './types.js';

/** Rules and places may never be used up: without these limits they would grow without end. */
const maxRules = 1000;
const maxPlaces = 10_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Creates an empty set of faults; `errorsNow` returns the catalogue that their codes are looked up in. */
export function createFaults(errorsNow: () => ErrorEntries): Faults {
  const rules = new Map<string, Mutable<FaultRuleView>[]>();
  /** The next position in the sequence of each header and of each magic user. */
  const places = new Map<string, number>();
  let lastId = 0;

  function takeFromRules({ appKey, operationId, userId }: FaultContext): Fault | 'success' | undefined {
    const own = rules.get(appKey ?? '');
    const rule = own?.find(
      (candidate) =>
        (candidate.operationId === undefined || candidate.operationId === operationId) &&
        (candidate.userId === undefined || candidate.userId === userId),
    );
    if (!own || !rule) return undefined;
    const fault = rule.sequence[rule.taken % rule.sequence.length];
    rule.taken += 1;
    if (rule.times > 0 && rule.taken >= rule.times * rule.sequence.length) {
      own.splice(own.indexOf(rule), 1);
      if (own.length === 0) rules.delete(rule.appKey);
    }
    return fault;
  }

  /** It wraps around: a caller that retries until it succeeds finds the sequence at its start again. */
  function takeFromCycle(sequence: FaultSequence, place: string): Fault | 'success' | undefined {
    const faults = checkSequence(sequence, errorsNow());
    if (faults.length === 1) return faults[0];
    const taken = places.get(place) ?? 0;
    places.delete(place);
    places.set(place, (taken + 1) % faults.length);
    if (places.size > maxPlaces) places.delete(places.keys().next().value ?? '');
    return faults[taken];
  }

  function take(context: FaultContext): Fault | 'success' | undefined {
    const { appKey, operationId, userId, header } = context;
    const place = [appKey, operationId, userId, header].join('\n');
    if (header !== undefined) return takeFromCycle(parseFaultHeader(header), place);
    const found = rules.size > 0 ? takeFromRules(context) : undefined;
    if (found || !userId?.startsWith(magicPrefix)) return found;
    return takeFromCycle(parseMagicUserId(userId), place);
  }

  return {
    set: (appKey, { operationId, userId, sequence, times = 1 }) => {
      const own = rules.get(appKey) ?? [];
      if (own.length >= maxRules) throw invalidFault(`The App Key has ${maxRules} faults set. Clear some first.`);
      if (!Number.isInteger(times) || times < 0)
        throw invalidFault('The times of a fault must be a whole number from 0.');
      const checked = checkSequence(sequence, errorsNow());
      lastId += 1;
      const id = `fault${lastId}`;
      own.push({
        id,
        appKey,
        ...(operationId !== undefined && { operationId }),
        ...(userId !== undefined && { userId }),
        sequence: checked,
        times,
        taken: 0,
      });
      rules.set(appKey, own);
      return { id };
    },
    list: (appKey) => {
      const chosen = appKey === undefined ? [...rules.values()].flat() : (rules.get(appKey) ?? []);
      return chosen.map((rule) => ({ ...rule }));
    },
    clear: (appKey) => {
      if (appKey === undefined) rules.clear();
      else rules.delete(appKey);
      for (const place of places.keys()) {
        if (appKey === undefined || place.startsWith(`${appKey}\n`)) places.delete(place);
      }
    },
    next: (context) => {
      // Almost every request ends here.
      if (rules.size === 0 && context.header === undefined && !context.userId?.startsWith(magicPrefix))
        return undefined;
      const fault = take(context);
      return fault === 'success' ? undefined : fault;
    },
  };
}

/** Creates the step that finds the fault of a request that has passed every check; there is seldom one. */
export function createFaultFinder(
  faults: Pick<Faults, 'next'>,
): (route: Route, request: MockRequest, body: unknown) => Fault | undefined {
  return function findFault(route, request, body) {
    try {
      return faults.next({
        appKey: readAppKey(request),
        operationId: route.operation.operationId,
        userId: readUserId(route, request, body),
        header: request.headers['x-mock-fault'],
      });
    } catch (error) {
      throw error instanceof MockError ? new ApiError('ParameterInvalid', error.message) : error;
    }
  };
}
