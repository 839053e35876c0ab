import {
  calm,
  crowded,
  logInsBesideBulk,
  oneSided,
  slowIterations,
  slowToCount,
  standstill,
  trouble,
} from './scenarios.js';
import { simulate } from './simulation.js';

/** Prints what each scenario comes to: `npx tsx --conditions=@nexconn-kit/source print-outcomes.ts [seconds] [seeds]`. */
const [seconds = 60, seeds = 1] = process.argv.slice(2).map(Number);

async function printOutcomes(): Promise<void> {
  for (const [name, scenario] of Object.entries({
    ...calm,
    ...trouble,
    ...oneSided,
    ...slowToCount,
    ...standstill,
    ...crowded,
    ...slowIterations,
    ...logInsBesideBulk,
  })) {
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { use, refusedPerThousand, mostInASecond, failed, logInWaitMs, questions } = await simulate(
        scenario,
        seconds,
        seed,
      );
      process.stdout.write(
        `${name.padEnd(52)} ${use.toFixed(1)} % used, ${refusedPerThousand.toFixed(2)} of 1,000 refused, ` +
          `at most ${mostInASecond} in a second, ${failed} failed, ${questions.toFixed(0)} questions a second` +
          (logInWaitMs > 0 ? `, log-ins wait ${logInWaitMs.toFixed(0)} ms (p99)\n` : '\n'),
      );
    }
  }
}

await printOutcomes();
