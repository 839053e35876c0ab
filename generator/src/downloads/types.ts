import type { SampleCall } from '../samples/types.js';

/** A signed API, as the files to download have it. */
export interface DownloadedApi {
  /** The folder of its document: the beginning of file names. */
  readonly name: string;
  readonly title: string;
  /** Never empty. */
  readonly calls: readonly [SampleCall, ...SampleCall[]];
}

/** A file to download; its path is below the folder of the downloads. */
export interface Download {
  readonly path: string;
  readonly content: string;
}
