import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../../../test/support/until.js';
import {
  documentText,
  makeScratchDocument,
  pathText,
  type ScratchDocument,
  schemaText,
} from '../../test/support/scratch-document.js';
import { loadDocument, watchDocument } from '../index.js';

interface Watched extends AsyncDisposable {
  readonly scratch: ScratchDocument;
  /** What was told so far: the operations of a good document, or the error. */
  readonly told: string[];
  /** Resolves once that many things were told. */
  readonly until: (count: number) => Promise<void>;
  readonly close: () => void;
}

/** Watches a document; `pollMs` is out of the way unless a test is about it. */
async function watchScratch(pollMs = 60_000): Promise<Watched> {
  const scratch = await makeScratchDocument();
  const told: string[] = [];
  const watch = watchDocument(scratch.path, await loadDocument(scratch.path), {
    onLoad: ({ operations }) => void told.push(Object.keys(operations).join(' ')),
    onError: ({ message }) => void told.push(message),
    settleMs: 20,
    pollMs,
  });
  return {
    scratch,
    told,
    until: (count) => until(() => expect(told.length).toBeGreaterThanOrEqual(count)),
    close: watch.close,
    [Symbol.asyncDispose]: async () => {
      watch.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

it('tells of a change of the document, of a path and of a schema, once each', async () => {
  await using watched = await watchScratch();
  const { scratch, told, until } = watched;
  await scratch.replace('schemas/Thing.yaml', schemaText(9));
  await until(1);
  await scratch.replace('paths/first.yaml', pathText('changed'));
  await until(2);
  await scratch.replace('paths/second.yaml', pathText('second'));
  await scratch.replace('openapi.yaml', documentText('first', 'second'));
  await until(3);
  await scratch.replace('paths/second.yaml', pathText('last'));
  await until(4);
  expect(told).toEqual(['first', 'changed', 'changed second', 'changed last']);
});

it('tells what is wrong, and is there again when it is mended, in a file that was missing too', async () => {
  await using watched = await watchScratch();
  const { scratch, told, until } = watched;
  await scratch.replace('openapi.yaml', documentText('second'));
  await until(1);
  expect(told[0]).toMatch(/second\.yaml does not exist/);
  await scratch.replace('paths/second.yaml', pathText('second'));
  await until(2);
  expect(told[1]).toBe('second');
});

it('takes a file that an editor saves by renaming, time and again', async () => {
  await using watched = await watchScratch();
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    await watched.scratch.replace('paths/first.yaml', pathText(name));
    await watched.until(index + 1);
  }
  expect(watched.told).toEqual(['a', 'b', 'c']);
});

it('takes a folder that is replaced, and what is written in it afterwards', async () => {
  await using watched = await watchScratch(100);
  const { scratch, told, until } = watched;
  await rename(join(scratch.folder, 'paths'), join(scratch.folder, 'old'));
  await until(1);
  expect(told[0]).toMatch(/first\.yaml does not exist/);
  await scratch.replace('paths/first.yaml', pathText('new'));
  await until(2);
  await scratch.replace('paths/first.yaml', pathText('newer'));
  await until(3);
  expect(told.slice(1)).toEqual(['new', 'newer']);
});

it('takes the last of many saves in a row for certain', async () => {
  await using watched = await watchScratch();
  for (let index = 0; index < 40; index += 1) await watched.scratch.write('paths/first.yaml', pathText(`at${index}`));
  await until(() => expect(watched.told.at(-1)).toBe('at39'));
});

it('says nothing of other files in its folders, nor of a file that is only read', async () => {
  await using watched = await watchScratch();
  await watched.scratch.write('paths/notes.txt', 'nothing');
  await loadDocument(watched.scratch.path);
  await watched.scratch.replace('paths/first.yaml', pathText('after'));
  await watched.until(1);
  expect(watched.told).toEqual(['after']);
});

it('finds a change that was made before the watch began', async () => {
  await using scratch = await makeScratchDocument();
  const loaded = await loadDocument(scratch.path);
  await scratch.replace('paths/first.yaml', pathText('early'));
  const told = await new Promise((resolve, reject) => {
    const watch = watchDocument(scratch.path, loaded, { onLoad: finish, onError: reject });
    function finish({ operations }: { readonly operations: object }): void {
      watch.close();
      resolve(Object.keys(operations));
    }
  });
  expect(told).toEqual(['early']);
});

it('tells of what the taker of a document throws, and goes on', async () => {
  await using scratch = await makeScratchDocument();
  const told: string[] = [];
  const onLoad = (): void => {
    throw new Error('not this one');
  };
  const onError = ({ message }: Error): void => void told.push(message);
  using _ = watchDocument(scratch.path, await loadDocument(scratch.path), { onLoad, onError });
  for (const count of [1, 2]) {
    await scratch.replace('paths/first.yaml', pathText(`at${count}`));
    await until(() => expect(told.length).toBe(count));
  }
  expect(told).toEqual(['not this one', 'not this one']);
});

it('tells nothing once it is closed', async () => {
  await using watched = await watchScratch(20);
  const { scratch, told } = watched;
  const loaded = await loadDocument(scratch.path);
  watched.close();
  const others: string[] = [];
  const onLoad = ({ operations }: { readonly operations: object }) => void others.push(...Object.keys(operations));
  const onError = ({ message }: Error) => void others.push(message);
  using _ = watchDocument(scratch.path, loaded, { onLoad, onError, settleMs: 20, pollMs: 20 });
  for (const name of ['late', 'later']) {
    await scratch.replace('paths/first.yaml', pathText(name));
    await until(() => expect(others.at(-1)).toBe(name));
  }
  expect(told).toEqual([]);
});
