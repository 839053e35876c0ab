import { readFileSync } from 'node:fs';
import type { CodeSample } from '../types.js';

const folder = new URL('../../../../examples/languages/', import.meta.url);

/** What is used of `samples.gen.json`. */
interface SampleIndex {
  languages: { id: string; title: string; highlight: string; extension: string }[];
  operations: { operationId: string }[];
}

/** Returns the languages of the samples in the order in which they are shown. */
export function sampleLanguages(): SampleIndex['languages'] {
  return readIndex().languages;
}

/** Returns the samples of an operation in `examples/languages`; none where it has none there. */
export function readSamples(): (operationId: string) => CodeSample[] {
  const { languages, operations } = readIndex();
  return (operationId) => {
    if (!operations.some((operation) => operation.operationId === operationId)) return [];
    return languages.map(({ id, title, highlight, extension }) => ({
      lang: highlight,
      label: title,
      source: withoutOrigin(readText(`${id}/${operationId}.gen.${extension}`)),
    }));
  };
}

/** Returns a generated file as it is shown: the lines about where it comes from are for whoever edits it. */
export function withoutOrigin(text: string): string {
  return text.replace(/^.*Generated from .*\n.*npm run generate.*\n\n/m, '').trimEnd();
}

function readIndex(): SampleIndex {
  return JSON.parse(readText('samples.gen.json')) as SampleIndex;
}

function readText(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
