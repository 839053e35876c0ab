import { InvalidArgumentError } from 'commander';

/** Returns a TCP port; 0 stands for any free one. */
export function parsePort(text: string): number {
  return parseWholeNumber(text, 0, 65_535);
}

/** The longest time that a timer can run, in milliseconds. */
export const longestTimeoutMs = 2_147_483_647;

/** Returns a time limit in milliseconds. */
export function parseTimeoutMs(text: string): number {
  return parseWholeNumber(text, 1, longestTimeoutMs);
}

/** Returns a delay in milliseconds, which may be none. */
export function parseDelayMs(text: string): number {
  return parseWholeNumber(text, 0, longestTimeoutMs);
}

/** Returns Unix time in milliseconds; ten digits are refused, since those are seconds. */
export function parseTimestamp(text: string): number {
  if (/^\d{10}$/.test(text)) throw new InvalidArgumentError('That looks like seconds; give milliseconds.');
  return parseWholeNumber(text, 0, Number.MAX_SAFE_INTEGER);
}

/** Returns the regular expression of a text without slashes around it. */
export function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw new InvalidArgumentError('It is not a regular expression of JavaScript.');
  }
}

/** Returns a whole number from 0 up. */
export function parseCount(text: string): number {
  return parseWholeNumber(text, 0, Number.MAX_SAFE_INTEGER);
}

/** Returns a whole number from 1 up. */
export function parsePositive(text: string): number {
  return parseWholeNumber(text, 1, Number.MAX_SAFE_INTEGER);
}

/** Returns the parts between commas, without empty ones. */
export function parseList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Returns requests a second; false for `off`, which means no limit. */
export function parseRateLimit(text: string): number | false {
  if (text === 'off') return false;
  if (!/^0*[1-9]\d*$/.test(text)) throw new InvalidArgumentError('Give a whole number from 1 up, or off.');
  return parsePositive(text);
}

function parseWholeNumber(text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  const end = max === Number.MAX_SAFE_INTEGER ? 'up' : `to ${max}`;
  throw new InvalidArgumentError(`Give a whole number from ${min} ${end}.`);
}
