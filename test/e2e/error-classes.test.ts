import { describe, expect, it, vi } from 'vitest';

const packages: Record<string, () => Promise<object>> = {
  client: () => import('@nexconn-kit/client'),
  document: () => import('@nexconn-kit/document'),
  mock: () => import('@nexconn-kit/mock'),
  signing: () => import('@nexconn-kit/signing'),
  'token-service': () => import('@nexconn-kit/token-service'),
  'token-source': () => import('@nexconn-kit/token-source'),
};

type ErrorClass = new (message: string, details: object) => Error;

function errorClassesOf(exported: object): [string, ErrorClass][] {
  return Object.entries(exported).filter(([, value]) => value?.prototype instanceof Error);
}

// A tree of dependencies with two versions of a package has two copies of its classes.
describe.each(Object.entries(packages))('the errors of another copy of %s', (_, load) => {
  it('are known to instanceof as what they are, and as nothing else', async () => {
    const classes = errorClassesOf(await load());
    expect(classes).not.toEqual([]);
    vi.resetModules();
    const others = new Map(errorClassesOf(await load()));
    const details = { code: 'X', field: 'x', option: 'x', problems: [] };
    for (const [name, errorClass] of classes) {
      const Other = others.get(name) as ErrorClass;
      expect(Other).not.toBe(errorClass);
      const bases = ancestorsOf(errorClass);
      for (const error of [new Other('x', details), new errorClass('x', details)]) {
        const known = classes.filter(([, each]) => error instanceof each).map(([each]) => each);
        expect(known.sort()).toEqual(bases.sort());
      }
      expect([null, undefined, 'x', {}, new Error('x')].filter((value) => value instanceof errorClass)).toEqual([]);
    }
  });

  it('are not those of a class of your own that extends one of them', async () => {
    for (const [, Base] of errorClassesOf(await load())) {
      class Own extends Base {}
      const [own, other] = [new Own('x', { code: 'X', problems: [] }), new Base('x', { code: 'X', problems: [] })];
      expect([own instanceof Own, own instanceof Base, other instanceof Own]).toEqual([true, true, false]);
    }
  });
});

/** Returns the names of a class and of those that it extends, but for `Error`. */
function ancestorsOf(errorClass: ErrorClass): string[] {
  const above: unknown = Object.getPrototypeOf(errorClass);
  return [errorClass.name, ...(above === Error ? [] : ancestorsOf(above as ErrorClass))];
}
