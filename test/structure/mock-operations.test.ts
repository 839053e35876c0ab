import { type EffectName, operationTable } from '@nexconn-kit/contract';
import { expect, it } from 'vitest';
import { readSources } from './source-tree.js';

/** An operation may have the name of what it does: these stand in the code as words of `x-mock`. */
const effects: Readonly<Record<EffectName, true>> = {
  ...{ issueToken: true, registerUser: true, changeUser: true, findUser: true, removeUser: true, expireTokens: true },
};

it('no operation and no path of the API stands in the code of the mock: what they do is in the document', () => {
  const words = Object.values(operationTable).flatMap(({ operationId, path }) => {
    return Object.hasOwn(effects, operationId) ? [path] : [operationId, path];
  });
  const found = readSources('packages/mock')
    .filter(({ isGenerated }) => !isGenerated)
    .map(({ path, text }) => ({ path, code: text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '') }))
    .flatMap(({ path, code }) => words.filter((word) => code.includes(word)).map((word) => `${path}: ${word}`));
  expect(found).toEqual([]);
});
