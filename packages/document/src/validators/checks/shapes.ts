import { splitPointer } from '../../json/json-pointer.js';
import { asObject, isObject } from '../../json/references.js';
import type { Json, JsonObject } from '../../json/types.js';
import { literal, propertyKey } from './code-text.js';

/** Returns the shapes of a choice as an `Alternatives` of `contract/validator`, entry by entry. */
export function shapesOf(schema: JsonObject, members: readonly Json[], checks: readonly string[]): string[] {
  const shapes = checks.map((check, index) => {
    const name = nameOfShape(members[index]);
    return name === '' ? `[${check}]` : `[${check}, ${literal(name)}]`;
  });
  return [`shapes: [${shapes.join(', ')}]`, ...discriminatorOf(schema, members)];
}

/** Returns what a shape is called: the schema that it refers to, or its title. */
function nameOfShape(member: Json | undefined): string {
  if (!isObject(member)) return '';
  if (typeof member.$ref === 'string') return splitPointer(member.$ref.replace(/^[^#]*/, '')).at(-1) ?? '';
  return typeof member.title === 'string' ? member.title : '';
}

/** Returns the field that decides between shapes, and the shape of each of its values. */
function discriminatorOf({ discriminator }: JsonObject, members: readonly Json[]): string[] {
  const { propertyName, mapping } = asObject(discriminator);
  if (typeof propertyName !== 'string') return [];
  const named = members.map(nameOfShape);
  const mapped = Object.entries(asObject(mapping)).flatMap(([value, target]): [string, number][] => {
    const index = members.findIndex((member, at) => asObject(member).$ref === target || named[at] === target);
    return index === -1 ? [] : [[value, index]];
  });
  const isMapped = (index: number): boolean => mapped.some(([, each]) => each === index);
  const rest = named.flatMap((name, index): [string, number][] =>
    name === '' || isMapped(index) ? [] : [[name, index]],
  );
  const entries = [...mapped, ...rest].map(([value, index]) => `${propertyKey(value)}: ${index}`);
  return [`by: ${literal(propertyName)}`, `values: { ${entries.join(', ')} }`];
}
