import { generateApi } from '@nexconn-kit/generator';
import { startClock } from './start-clock.js';

/** What it takes to generate the code of one document, in a process that does nothing else. */
export interface GeneratorMeasurement {
  /** CPU time, and the most memory that the process had. */
  readonly generateMs: number;
  readonly memoryMb: number;
  readonly files: readonly string[];
}

/** Generates the code of a document into a folder. */
export async function measureGenerator(path: string, folder: string): Promise<GeneratorMeasurement> {
  const generating = startClock();
  const { files } = await generateApi({ document: path, out: folder });
  return { generateMs: generating(), memoryMb: Math.round(process.resourceUsage().maxRSS / 1024), files };
}
