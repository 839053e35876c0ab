import { csharp } from './csharp.js';
import { curl } from './curl.js';
import { go } from './go.js';
import { java } from './java.js';
import { kotlin } from './kotlin.js';
import { node } from './node.js';
import { php } from './php.js';
import { python } from './python.js';
import { ruby } from './ruby.js';
import { swift } from './swift.js';
import type { SampleLanguage } from './types.js';
import { typescript } from './typescript.js';

/** The languages of the samples, in the order that a reference shows them in. */
export const sampleLanguages: readonly SampleLanguage[] = [
  ...[curl, typescript, node, python, java, go],
  ...[php, ruby, csharp, kotlin, swift],
];

/** Where the samples are, from the root of the repository. */
export const samplesFolder = 'examples/languages';

/** The folders that hold samples and nothing else. */
export const sampleFolders: readonly string[] = sampleLanguages.map(({ id }) => `${samplesFolder}/${id}`);
