type ErrorClass = abstract new (...given: never[]) => Error;

/**
 * Has `instanceof` know the errors of some classes also where another copy of their package has made them.
 *
 * A tree of dependencies with two versions of a package has two copies of it. The names are given, since a bundler may change
 * those of the classes. The same file stands in each package with errors of its own; a test compares them.
 */
export function brandErrors(packageName: string, classes: Readonly<Record<string, ErrorClass>>): void {
  for (const [name, errorClass] of Object.entries(classes)) {
    const brand = Symbol.for(`@nexconn-kit/${packageName}/${name}`);
    Reflect.set(errorClass.prototype, brand, true);
    Object.defineProperty(errorClass, Symbol.hasInstance, {
      value(this: unknown, value: unknown): boolean {
        // A class that extends it has no brand of its own.
        const isExtended = this !== errorClass;
        return isExtended ? Function.prototype[Symbol.hasInstance].call(this, value) : Object(value)[brand] === true;
      },
    });
  }
}
