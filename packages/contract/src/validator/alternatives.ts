import { type Check, type CheckError, type Explain, errorsOf, passes, quiet, type Report } from './check.js';
import { isObject } from './rules.js';

/** The shapes of an `anyOf` or `oneOf`, and the field that decides between them, if there is one. */
export interface Alternatives {
  readonly shapes: readonly (readonly [check: Check, name?: string])[];
  /** Name of the field. */
  readonly by?: string;
  /** The index of the shape by the value of that field. */
  readonly values?: Readonly<Record<string, number>>;
}

/** Why a value fits none of several shapes, or more than one. */
interface ShapeError {
  /** The shape that it comes nearest to, or those that it fits. */
  readonly names: readonly string[];
  /** What is wrong with it as the nearest; empty where it fits several. */
  readonly errors: readonly CheckError[];
}

type Evaluated = Set<string | number>;

/** Whether a value fits one of the shapes; reports the nearest otherwise. */
export function anyOf(
  value: unknown,
  path: string,
  report: Report,
  alternatives: Alternatives,
  evaluated?: Evaluated,
): boolean {
  const { shapes } = alternatives;
  const isValid =
    evaluated === undefined
      ? shapes.some(([check]) => check(value, path, quiet))
      : fitting(value, path, alternatives, evaluated).length > 0;
  return isValid || report(path, 'anyOf', undefined, undefined, explain(nearest(value, path, report, alternatives)));
}

/** Whether a value fits exactly one of the shapes; reports the nearest, or those that it fits, otherwise. */
export function oneOf(
  value: unknown,
  path: string,
  report: Report,
  alternatives: Alternatives,
  evaluated?: Evaluated,
): boolean {
  const fits = fitting(value, path, alternatives, evaluated);
  if (fits.length === 1) return true;
  const shape =
    fits.length > 1
      ? { names: fits.map((index) => nameOf(alternatives, index)), errors: [] }
      : nearest(value, path, report, alternatives);
  return report(path, 'oneOf', undefined, undefined, explain(shape));
}

/** Returns what says which shape a value comes nearest to, with no more than three faults of it. */
function explain(shape: ShapeError | undefined): Explain | undefined {
  if (shape === undefined) return undefined;
  const { names, errors } = shape;
  return (messagesOf) => {
    if (errors.length === 0) return ` It fits ${names.join(' and ')}.`;
    const faults = messagesOf(errors).slice(0, 3).join(' ');
    return names.length === 0 ? ` ${faults}` : ` The nearest is ${names[0]}: ${faults}`;
  };
}

/** Returns the indexes of the shapes that a value fits, whose keys are evaluated then; of shapes that are alike one is asked. */
function fitting(value: unknown, path: string, { shapes }: Alternatives, evaluated: Evaluated | undefined): number[] {
  const verdicts = new Map<Check, boolean>();
  return shapes.flatMap(([check], index) => {
    const own: Evaluated | undefined = evaluated && new Set();
    const fits = verdicts.get(check) ?? check(value, path, quiet, own);
    verdicts.set(check, fits);
    for (const key of (fits && own) || []) evaluated?.add(key);
    return fits ? [index] : [];
  });
}

/** Returns what is wrong with a value by the shape that its discriminator names, else by the one with the least against it. */
function nearest(value: unknown, path: string, report: Report, alternatives: Alternatives): ShapeError | undefined {
  if (report.depth > 1) return undefined;
  const { shapes, by, values = {} } = alternatives;
  const named: unknown = by !== undefined && isObject(value) ? Reflect.get(value as object, by) : undefined;
  if (by !== undefined && named !== undefined) {
    const index = typeof named === 'string' && Object.hasOwn(values, named) ? values[named] : undefined;
    if (index === undefined)
      return { names: [], errors: [{ path: `${path}/${by}`, keyword: 'enum', limit: Object.keys(values) }] };
    return {
      names: [nameOf(alternatives, index)],
      errors: errorsOf(shapes[index]?.[0] ?? passes, value, path, report.depth + 1),
    };
  }
  const tried = shapes.map(([check], index) => ({
    names: [nameOf(alternatives, index)],
    errors: errorsOf(check, value, path, report.depth + 1),
  }));
  return tried.reduce<ShapeError | undefined>((best, each) => {
    return best === undefined || distanceOf(each, path) < distanceOf(best, path) ? each : best;
  }, undefined);
}

/** Another type is farther than another kind by one of its fields, and that is farther than any number of other faults. */
function distanceOf({ errors }: ShapeError, path: string): number {
  const isOther = errors.some((error) => error.path === path && error.keyword === 'type');
  const isOtherKind = errors.some(({ keyword }) => keyword === 'const' || keyword === 'enum');
  return errors.length + (isOther ? 2_000_000 : isOtherKind ? 1_000_000 : 0);
}

function nameOf({ shapes }: Alternatives, index: number): string {
  return shapes[index]?.[1] ?? `shape ${index + 1}`;
}
