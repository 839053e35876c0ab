import fc from 'fast-check';
import type { Dice } from '../soak/create-dice.js';
import { membersOf, type Node, type RawDocument } from './raw-document.js';

/** Draws a value that a schema most likely allows: an example, a default, or one that is made by type. */
export function drawValue(node: Node, { resolve }: Pick<RawDocument, 'resolve'>, dice: Dice, depth = 0): unknown {
  const schema = resolve(node);
  const { allOf, oneOf, anyOf, example, examples } = schema;
  const shown = [example, ...(Array.isArray(examples) ? examples : []), schema.default, schema.const];
  const given = shown.filter((value) => value !== undefined);
  if (given.length > 0 && dice.chance(50)) return dice.pick(given);
  if (schema.const !== undefined) return schema.const;
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return dice.pick(schema.enum);
  const choices = [oneOf, anyOf].find((list) => Array.isArray(list) && list.length > 0) as Node[] | undefined;
  if (Array.isArray(allOf) || (choices && schema.properties !== undefined)) {
    const parts = [
      ...(Array.isArray(allOf) ? allOf : []),
      ...(choices ? [dice.pick(choices)] : []),
      { ...schema, allOf: undefined, oneOf: undefined, anyOf: undefined },
    ].map(resolve);
    // What one part demands another may describe.
    const required = parts.flatMap((part) => (Array.isArray(part.required) ? part.required : []));
    const drawn = parts.map((part) => drawValue({ ...part, required }, { resolve }, dice, depth + 1));
    const objects = drawn.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
    return objects.length > 0 ? Object.assign({}, ...objects) : drawn[0];
  }
  if (choices) return drawValue(dice.pick(choices), { resolve }, dice, depth + 1);
  return drawByType(schema, { resolve }, dice, depth);
}

function drawByType(
  schema: Readonly<Record<string, Node>>,
  document: Pick<RawDocument, 'resolve'>,
  dice: Dice,
  depth: number,
): unknown {
  const types = [schema.type].flat().filter((type) => type !== undefined && type !== 'null');
  const type = types.length > 0 ? dice.pick(types) : schema.items ? 'array' : schema.properties ? 'object' : 'string';
  switch (type) {
    case 'object': {
      const required = Array.isArray(schema.required) ? schema.required : [];
      const wanted = Object.entries(membersOf(schema.properties)).filter(([name, property]) => {
        const { readOnly } = document.resolve(property);
        return readOnly !== true && (required.includes(name) || (depth < 3 && dice.chance(30)));
      });
      const limit = depth > 6 ? 0 : wanted.length;
      return Object.fromEntries(
        wanted.slice(0, limit).map(([name, property]) => [name, drawValue(property, document, dice, depth + 1)]),
      );
    }
    case 'array': {
      const least = Number(schema.minItems ?? (depth > 6 ? 0 : 1));
      return Array.from({ length: Math.min(least, 5) }, () => drawValue(schema.items, document, dice, depth + 1));
    }
    case 'integer':
    case 'number': {
      const lowest = Number(
        schema.minimum ?? (typeof schema.exclusiveMinimum === 'number' ? schema.exclusiveMinimum + 1 : 1),
      );
      return Math.min(lowest + dice.roll(3), Number(schema.maximum ?? Number.POSITIVE_INFINITY));
    }
    case 'boolean':
      return dice.chance(50);
    default:
      return drawText(schema, dice);
  }
}

const formats: Readonly<Record<string, string>> = {
  ...{ date: '2024-02-29', 'date-time': '2024-02-29T12:00:00Z', time: '12:00:00Z', email: 'ada@example.com' },
  ...{ uuid: '7d444840-9dc0-11d1-b245-5ffdce74fad2', uri: 'https://example.com/a', url: 'https://example.com/a' },
  ...{ ipv4: '192.0.2.1', ipv6: '2001:db8::1', hostname: 'example.com', byte: 'YQ==' },
};

function drawText({ format, pattern, minLength, maxLength }: Readonly<Record<string, Node>>, dice: Dice): string {
  if (typeof pattern === 'string') {
    try {
      return fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { numRuns: 1, seed: dice.roll(1e9) })[0] ?? 'a';
    } catch {
      return 'a';
    }
  }
  const known = formats[String(format)];
  if (known !== undefined) return known;
  const text = dice.pick(['ada', '1', 'true', 'a b', 'ü']);
  return text.padEnd(Math.min(Number(minLength ?? 0), 1000), 'x').slice(0, Number(maxLength ?? 1000));
}
