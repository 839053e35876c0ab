import { appendPointer } from '../../json/json-pointer.js';
import { asArray } from '../../json/references.js';
import { readingBelow } from '../reading.js';
import { block, choice, type Lines, literal, sum } from './code-text.js';
import { type At, fail, note } from './place.js';
import { functionOfPart, writeUnder } from './write-part.js';

/** Returns the checks of an array and its items, sizes apart. */
export function writeArray(at: At): Lines {
  const { schema, pointer, place } = at;
  const { value, set } = place;
  const lines: Lines = [];
  if (schema.uniqueItems === true) lines.push(`if (!areDistinct(${value})) ${fail(place, 'uniqueItems')}`);
  const prefix = asArray(schema.prefixItems);
  for (const [index, member] of prefix.entries()) {
    const here = appendPointer(pointer, 'prefixItems', index);
    const inner = writeUnder(member, here, at, `${index}`, [literal(`/${index}`)], `${value}[${index}]`);
    lines.push(...choice(`${value}.length > ${index}`, inner, []));
  }
  if (schema.items === false && set === null) {
    lines.push(`if (${value}.length > ${prefix.length}) ${fail(place, 'items', `${prefix.length}`)}`);
  } else if (schema.items !== undefined) lines.push(...writeItems('items', at, prefix.length));
  return [...lines, ...writeContains(at), ...writeItems('unevaluatedItems', at, 0)];
}

function writeItems(keyword: 'items' | 'unevaluatedItems', at: At, first: number): Lines {
  const { schema, pointer, place } = at;
  const rule = schema[keyword];
  if (rule === undefined) return [];
  const { value, set } = place;
  const index = place.variable('i');
  const here = appendPointer(pointer, keyword);
  const inner = writeUnder(rule, here, at, index, ["'/'", index], `${value}[${index}]`);
  if (inner.length === 0) return [];
  const skipped = keyword === 'items' ? [] : [`if (${set}.has(${index})) continue;`];
  return block(`for (let ${index} = ${first}; ${index} < ${value}.length; ${index} += 1) {`, [...skipped, ...inner]);
}

function writeContains({ schema, pointer, place, reading }: At): Lines {
  if (schema.contains === undefined) return [];
  const { value, path } = place;
  const [count, index] = [place.variable('n'), place.variable('i')];
  const check = functionOfPart(appendPointer(pointer, 'contains'), place, readingBelow('contains', reading));
  const isMatch = `${check}(${value}[${index}], ${sum(path)}, quiet)`;
  const matched = block(`if (${isMatch}) {`, [...note(place, index), `${count} += 1;`]);
  const tooMany = schema.maxContains === undefined ? '' : ` || ${count} > ${schema.maxContains}`;
  return [
    `let ${count} = 0;`,
    ...block(`for (let ${index} = 0; ${index} < ${value}.length; ${index} += 1) {`, matched),
    `if (${count} < ${schema.minContains ?? 1}${tooMany}) ${fail(place, 'contains')}`,
  ];
}
