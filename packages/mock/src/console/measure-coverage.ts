import type { Api } from '../document/api.js';
import { asObject, createResolver, definitionOf, pickAnswer } from '../document/lookup.js';
import type { components } from '../generated/console/types.gen.js';
import type { Coverage } from '../state/coverage.js';

type Measured = components['schemas']['GetCoverageResult'];
type CoveredStatus = components['schemas']['CoveredStatus'];

/** Returns what has been met of a document: each operation, each status it names and each code of the catalogue is one. */
export function measureCoverage(
  coverage: Coverage,
  { document, operations, catalogue }: Pick<Api, 'document' | 'operations' | 'catalogue'>,
): Measured {
  const resolve = createResolver(document);
  const measured = Object.values(operations).map(({ operationId, method, path, statuses: named }) => {
    const definition = definitionOf(document, { path, method }, resolve);
    const responses = asObject(definition.responses);
    const documented = (status: number): CoveredStatus['documented'] => {
      if (named.includes(status)) return 'named';
      return pickAnswer(`${status}`, (key) => responses[key]) === undefined ? 'no' : 'range';
    };
    const answered = coverage.statusesOf(operationId);
    const all = [...new Set([...named, ...answered.keys()])].sort((one, other) => one - other);
    const count = [...answered.values()].reduce((sum, times) => sum + times, 0);
    const statuses = all.map((status) => ({
      status,
      documented: documented(status),
      count: answered.get(status) ?? 0,
    }));
    return { operationId, method, path, count, statuses };
  });
  const codes = catalogue
    .map(({ code, name }) => ({ code, name, count: coverage.timesOf(code) }))
    .sort((one, other) => one.code - other.code);
  const items = [
    ...measured,
    ...measured.flatMap(({ statuses }) => statuses.filter((each) => each.documented === 'named')),
    ...codes,
  ];
  const met = items.filter(({ count }) => count > 0).length;
  const total = items.length;
  // Rounded up it would be 100 while something is left.
  const percent = total === 0 ? 100 : Math.floor((1000 * met) / total) / 10;
  return { operations: measured, codes, elsewhere: coverage.elsewhere(), met, total, percent };
}
