import { describe, expect, it } from 'vitest';
import { documentText, makeScratchDocument, pathText } from '../../test/support/scratch-document.js';
import { loadDocument } from '../index.js';

/** Returns what is loaded of the document of one path with these overlays, each a list of actions in YAML. */
async function loadWith(...overlays: string[]): ReturnType<typeof loadDocument> {
  await using scratch = await makeScratchDocument();
  const paths: string[] = [];
  for (const [index, actions] of overlays.entries()) {
    await scratch.write(
      `overlay${index}.yaml`,
      `overlay: 1.0.0\ninfo: {title: O, version: 1.0.0}\nactions:\n${actions}`,
    );
    paths.push(`${scratch.folder}/overlay${index}.yaml`);
  }
  return await loadDocument(scratch.path, { overlays: paths });
}

describe('an overlay', () => {
  it('merges objects, appends to lists and replaces values, wherever the document has them in its files', async () => {
    const { document, files, warnings } = await loadWith(
      `  - target: $.info\n    update: {title: Other, x-by: overlay}\n  - target: $.components.schemas.Thing.required\n    update: [more]\n  - target: $.components.schemas.Thing.properties.text.maxLength\n    update: 7\n`,
    );
    expect(warnings).toEqual([]);
    expect(document.info).toEqual({ title: 'Other', version: '1.0.0', 'x-by': 'overlay' });
    expect(document).toHaveProperty('components.schemas.Thing.required', ['text', 'more']);
    expect(document).toHaveProperty('components.schemas.Thing.properties.text.maxLength', 7);
    expect([...files.keys()].some((file) => file.endsWith('overlay0.yaml'))).toBe(true);
  });

  it('removes every node that it names, also of a list', async () => {
    const { operations, document } = await loadWith(
      "  - target: $\n    update: {x-list: [1, 2, 3, 4]}\n  - target: $['x-list'][?@ > 1]\n    remove: true\n  - target: $.paths..summary\n    remove: true\n",
    );
    expect(document).toHaveProperty('x-list', [1]);
    expect(operations.first?.summary).toBe('');
  });

  it('copies a node into others', async () => {
    const { operations } = await loadWith(
      "  - target: $.paths\n    update: {/second: {}}\n  - target: $.paths['/second']\n    copy: $.paths['/first']\n",
    );
    expect(Object.keys(operations)).toEqual(['first', 'postSecond']);
  });

  it('follows the one before it', async () => {
    const { document } = await loadWith(
      '  - target: $.info\n    update: {x-n: {a: 1}}\n',
      '  - target: $.info["x-n"]\n    update: {a: 2, b: [1]}\n  - target: $.info["x-n"].b\n    update: 2\n',
    );
    expect(document.info).toMatchObject({ 'x-n': { a: 2, b: [1, 2] } });
  });

  it('gives a plain document its limits, envelope and errors', async () => {
    const { operations, envelope, errors } = await loadWith(
      "  - target: $\n    update:\n      x-envelope: {code: code, success: 0, message: why, result: data}\n      x-error-codes: [{code: 7, name: Full, httpStatus: 429, retryable: true, meaning: Full., remedy: Wait.}]\n  - target: $.paths['/first'].post\n    update: {x-rate-limit: {limit: 5, windowSeconds: 1, per: app-key}}\n",
    );
    expect(operations.first?.rateLimit).toEqual({ limit: 5, windowSeconds: 1, per: 'app-key' });
    expect([envelope?.message, errors.Full?.code]).toEqual(['why', 7]);
  });

  it('tells of a target that is nothing in the document', async () => {
    const { warnings } = await loadWith('  - target: $.paths["/none"]\n    remove: true\n');
    expect(warnings).toMatchObject([{ line: 4, message: '$.paths["/none"] is nothing in the document.' }]);
  });

  it.each([
    [
      'no JSONPath',
      '  - target: paths\n    remove: true\n',
      /overlay0\.yaml:4:13 .*\n.*"paths" is no JSONPath: .*at character 1/,
    ],
    [
      'a value for an object',
      '  - target: $.info\n    update: 1\n',
      /a value cannot be merged into \$\.info, which is an object/,
    ],
    ['a list for an object in it', '  - target: $\n    update: {info: [1]}\n', /cannot be merged/],
    ['a copy of several', '  - target: $.info\n    copy: $.info.*\n', /\$\.info\.\* does not name one node/],
    ['all that there is', '  - target: $\n    remove: true\n', /whole document cannot be removed/],
  ])('is refused with %s, at its place', async (_, actions, words) => {
    await expect(loadWith(actions)).rejects.toMatchObject({
      code: 'DOCUMENT_INVALID',
      message: expect.stringMatching(words),
    });
  });

  it.each([
    ['another document', documentText('first'), /no Overlay of version 1/],
    ['one without actions', 'overlay: 1.0.0\n', /has no actions/],
    ['YAML that is none', 'overlay: [\n', /YAML:/],
  ])('is refused where it is %s', async (_, text, words) => {
    await using scratch = await makeScratchDocument();
    await scratch.write('overlay.yaml', text);
    const loading = loadDocument(scratch.path, { overlays: [`${scratch.folder}/overlay.yaml`] });
    await expect(loading).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  it('is refused where there is none, and where its path is no text', async () => {
    await using scratch = await makeScratchDocument();
    await scratch.write('paths/first.yaml', pathText('first'));
    await expect(loadDocument(scratch.path, { overlays: ['/nowhere.yaml'] })).rejects.toThrow('There is no such file.');
    await expect(loadDocument(scratch.path, { overlays: 'a' as never })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });
});
