import { describe, expect, test } from 'vitest';
import { makeScratch, type Scratch } from '../../test/support/make-scratch.js';
import { compareReleased } from './compare-released.js';
import { judgeChanges } from './judge-changes.js';
import { keepReleased } from './released-documents.js';

const document = `# Generated
openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
paths:
  /animals:
    post:
      operationId: addAnimal
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                name: {type: string, maxLength: 64}
      responses:
        '200': {description: Done.}
`;
const wider = document.replace('name: {', 'legs: {type: integer}\n                name: {');
const narrower = document.replace('maxLength: 64', 'maxLength: 32');

/** A repository whose released document is `document`, and whose present one is another. */
async function changedTo(present: string): Promise<Scratch> {
  const scratch = await makeScratch();
  const published = 'packages/contract/src/generated/zoo/openapi.gen.yaml';
  await scratch.write('packages/contract/package.json', '{ "version": "0.3.1" }');
  await scratch.write('spec/zoo/openapi.yaml', document);
  await scratch.write(published, document);
  await keepReleased(scratch.root);
  await scratch.write(published, present);
  return scratch;
}

describe('a document beside the one that was released', () => {
  test('is the same: nothing is said of it', async () => {
    await using scratch = await changedTo(document.replace('# Generated', '# Generated again'));
    expect(await compareReleased(scratch.root)).toEqual([{ name: 'zoo', breaking: [], others: 0 }]);
    expect(await scratch.read('spec/released/zoo.yaml')).toMatch(/^# spec\/zoo as version 0\.3\.1 has it/);
  });

  test('has a field more that may be left out: it passes', async () => {
    await using scratch = await changedTo(wider);
    const changes = await compareReleased(scratch.root);
    expect(changes).toMatchObject([{ breaking: [], others: expect.any(Number) }]);
    expect(changes[0]?.others).toBeGreaterThan(0);
    expect(await judgeChanges(scratch.root, changes)).toMatchObject({ isRefused: false });
  });

  test.each([
    ['0.3.1', '0.4.0', 'minor'],
    ['1.3.1', '2.0.0', 'major'],
  ])(
    'takes less than before: after %s it is refused, with what broke and that it needs %s, until a changeset says so',
    async (version, next, bump) => {
      await using scratch = await changedTo(narrower);
      await scratch.write('packages/contract/package.json', JSON.stringify({ version }));
      await scratch.write(
        '.changeset/one.md',
        "---\n'@nexconn-kit/contract': minor\n---\n\nNot major: shorter names.\n",
      );
      const changes = await compareReleased(scratch.root);
      const { isRefused, lines } = await judgeChanges(scratch.root, changes);
      expect(isRefused).toBe(true);
      expect(lines.join('\n')).toMatch(/maxLength.*name.*64.*32.*animals/);
      expect(lines.at(-1)).toMatch(new RegExp(`^Breaking changes need version ${next}, .* choose ${bump} `));

      await scratch.write(
        '.changeset/two.md',
        `---\n'@nexconn-kit/contract': ${bump}\n---\n\nBreaking: shorter names.\n`,
      );
      expect(await judgeChanges(scratch.root, changes)).toEqual({
        isRefused: false,
        lines: [...lines.slice(0, -1), `A changeset says ${bump}: the next version is ${next}.`],
      });
    },
  );

  test('takes less than before: a changeset that says major is enough before 1.0.0, too, and leads to it', async () => {
    await using scratch = await changedTo(narrower);
    await scratch.write('.changeset/one.md', "---\n'@nexconn-kit/contract': major\n---\n\nShorter names.\n");
    const { isRefused, lines } = await judgeChanges(scratch.root, await compareReleased(scratch.root));
    expect([isRefused, lines.at(-1)]).toEqual([false, 'A changeset says major: the next version is 1.0.0.']);
  });

  test('is gone: it is refused', async () => {
    await using scratch = await changedTo(document);
    await scratch.write('spec/other/openapi.yaml', document);
    await scratch.remove('spec/zoo');
    const changes = await compareReleased(scratch.root);
    expect(changes).toEqual([{ name: 'zoo', breaking: ['The document is gone.'], others: 0 }]);
    expect(await judgeChanges(scratch.root, changes)).toMatchObject({ isRefused: true });
  });
});
