import { expect, it } from 'vitest';
import type { JsonObject } from '../json/types.js';
import { checkNullable } from './check-values.js';

const Pet = { type: 'object' };
const Free = { type: 'string', nullable: true };
const pet = { $ref: '#/components/schemas/Pet' };
const free = { $ref: '#/components/schemas/Free' };

function placesOf(schema: JsonObject, openapi = '3.0.3'): string[] {
  const places: string[] = [];
  checkNullable({ openapi, components: { schemas: { Pet, Free, S: schema } } }, (pointer) => places.push(pointer));
  return places;
}

it.each<[where: string, schema: JsonObject, told: boolean]>([
  ['a type', { type: 'string', nullable: true }, false],
  ['a type and its values', { type: 'string', enum: ['a'], nullable: true }, false],
  ['nothing', { nullable: true }, false],
  ['values without a type', { enum: ['a'], nullable: true }, true],
  ['values that have null', { enum: ['a', null], nullable: true }, false],
  ['allOf', { allOf: [pet], nullable: true }, true],
  ['allOf and a type', { type: 'object', allOf: [pet], nullable: true }, true],
  ['allOf of one that may be null', { allOf: [free], nullable: true }, false],
  ['a $ref', { ...pet, nullable: true }, true],
  ['a $ref to one that may be null', { ...free, nullable: true }, false],
  ['oneOf', { oneOf: [pet, { type: 'string' }], nullable: true }, true],
  [
    'oneOf with a way for null',
    { oneOf: [pet, { type: 'string', nullable: true, enum: [null] }], nullable: true },
    false,
  ],
  ['anyOf', { anyOf: [pet], nullable: true }, true],
  ['itself', { allOf: [{ $ref: '#/components/schemas/S' }], nullable: true }, false],
  ['nullable: false', { allOf: [pet], nullable: false }, false],
])('nullable: true of 3.0 beside %s is told only where null is refused', (_, schema, told) => {
  expect(placesOf(schema)).toEqual(told ? ['#/components/schemas/S/nullable'] : []);
});

it('is told in a property, and not in an example or in a document of 3.1', () => {
  const schema = { properties: { a: { allOf: [pet], nullable: true } }, example: { allOf: [pet], nullable: true } };
  expect(placesOf(schema)).toEqual(['#/components/schemas/S/properties/a/nullable']);
  expect(placesOf(schema, '3.1.0')).toEqual([]);
});
