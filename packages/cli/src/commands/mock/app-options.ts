import type { StartMockOptions } from '@nexconn-kit/mock';
import {
  CliError,
  type Command,
  Option,
  parseCount,
  parsePositive,
  parseRateLimit,
} from '@nexconn-kit/token-server/command-line';

const optionNames = [
  'environment',
  'userLimit',
  'tokenValiditySeconds',
  'rateLimit',
  'clockToleranceMs',
  'nonceReplay',
] as const;

/** The flags of a mock's app, under the names of the options of `startMock`. */
export type AppFlags = Pick<StartMockOptions, (typeof optionNames)[number]>;

/** Adds the flags that set the app of a mock, and how its requests are judged. */
export function addAppOptions(command: Command): Command {
  return command
    .optionsGroup('The app:')
    .addOption(
      new Option('--environment <name>', 'where the app lives (default: production)').choices([
        'development',
        'production',
      ]),
    )
    .option('--user-limit <n>', 'how many users it takes in development (default: 100)', parseCount)
    .option('--token-validity-seconds <n>', 'how long its tokens are valid (default: for ever)', parsePositive)
    .option('--rate-limit <n|off>', 'its requests a second for each operation (default: as documented)', parseRateLimit)
    .option('--clock-tolerance-ms <ms>', 'how far a Timestamp may lie from now (default: 300000)', parseCount)
    .addOption(
      new Option('--nonce-replay <rule>', 'what becomes of a nonce that was used (default: refuse)').choices([
        'refuse',
        'allow',
        'refuse-identical',
      ]),
    );
}

/** Returns the app's flags of all flags, those that are set. @throws {CliError} USAGE where one would be of no use */
export function pickAppFlags(flags: AppFlags): AppFlags {
  if (flags.userLimit !== undefined && flags.environment !== 'development') {
    const message = '--user-limit is for a development app. Add --environment development, or leave it out.';
    throw new CliError(message, { code: 'USAGE' });
  }
  return Object.fromEntries(optionNames.map((name) => [name, flags[name]]).filter(([, value]) => value !== undefined));
}
