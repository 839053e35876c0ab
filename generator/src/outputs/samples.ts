import { samplesFolder as folder, sampleLanguages } from '../samples/languages.js';
import { sampleCalls } from '../samples/sample-call.js';
import type { OutputFile, ResolvedDocument } from '../types.js';

/** `examples/languages/<language>/<operationId>.gen.<extension>`: a program that signs and makes each call of a signed API. */
export function samplesOutput(document: ResolvedDocument): OutputFile[] {
  return sampleCalls(document).flatMap((call) =>
    sampleLanguages.map((language) => ({
      path: `${folder}/${language.id}/${call.operationId}.gen.${language.extension}`,
      content: language.write(call),
    })),
  );
}

/** `examples/languages/samples.gen.json`: the languages, how each is run, and the operations that have samples. */
export function sampleIndexOutput(documents: readonly ResolvedDocument[]): OutputFile[] {
  const operations = documents.flatMap(sampleCalls).map(({ operationId, typeName }) => ({ operationId, typeName }));
  if (operations.length === 0) return [];
  const languages = sampleLanguages.map(({ write: _, ...language }) => language);
  return [{ path: `${folder}/samples.gen.json`, content: `${JSON.stringify({ languages, operations }, null, 2)}\n` }];
}
