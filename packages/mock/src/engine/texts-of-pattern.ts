/** How many texts are made of a pattern at most: its open repetitions get longer by one in each. */
const mostRepeated = 64;
/** No repetition is made longer, in characters, whatever a pattern demands. */
const longestRepetition = 10_000;
const candidates = [
  'a',
  '1',
  'A',
  ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
  'é',
  '\t',
  '\n',
];

/**
 * Returns texts that a regular expression is likely to take, shortest first: of choices the first, of repetitions as few as may be,
 * and then more and more. What depends on its surroundings (`(?=…)`, `\b`, `\1`) counts as nothing, so each has to be tried.
 * None, where it is no pattern.
 */
export function* textsOfPattern(pattern: unknown): Generator<string, void> {
  if (typeof pattern !== 'string') return;
  try {
    for (let more = 0; more < mostRepeated; more += 1) yield textOf(pattern, more);
  } catch {
    // Another part of it is no pattern, or it is nested too deeply.
  }
}

/** @throws {SyntaxError} where a part of the pattern is no pattern */
function textOf(pattern: string, more: number): string {
  let at = 0;

  function readChoice(): string {
    const choices = [readSequence()];
    while (pattern[at] === '|') {
      at += 1;
      choices.push(readSequence());
    }
    return choices[0] ?? '';
  }

  function readSequence(): string {
    let text = '';
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const unit = readUnit();
      text += unit.repeat(Math.min(readTimes(), Math.floor(longestRepetition / Math.max(unit.length, 1))));
    }
    return text;
  }

  function readUnit(): string {
    if (pattern[at] === '(') return readGroup();
    const source = match(
      /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u.{4}|x..|c.|k<[^>]*>|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/uy,
    );
    return /^(?:[$^]|\\[bBk1-9])/.test(source) ? '' : characterOf(source);
  }

  function readGroup(): string {
    const opening = match(/\((?:\?(?:<?[=!]|:|<[^>]*>))?/y);
    const text = readChoice();
    at += 1;
    return /[=!]$/.test(opening) ? '' : text;
  }

  function readTimes(): number {
    const sign = match(/(?:[*+?]|\{\d+(?:,\d*)?\})?\??/y);
    if (sign === '') return 1;
    const [, least = sign.startsWith('+') ? '1' : '0', most = least] = /^\{(\d+)(?:,(\d*))?/.exec(sign) ?? [];
    const isOpen = /^[*+]/.test(sign) || most === '';
    const largest = isOpen ? Number.POSITIVE_INFINITY : sign.startsWith('?') ? 1 : Number(most);
    return Math.min(Number(least) + more, largest);
  }

  function match(expression: RegExp): string {
    expression.lastIndex = at;
    const [found = ''] = expression.exec(pattern) ?? [];
    at += found.length;
    return found;
  }

  return readChoice();
}

/** Returns a character that a class, an escape or a character of a pattern stands for; nothing where none is found. */
function characterOf(source: string): string {
  const expression = new RegExp(`^(?:${source})$`, 'u');
  return candidates.find((candidate) => expression.test(candidate)) ?? (source.length === 1 ? source : '');
}
