import { toLiteral } from './literal.js';

const { compare } = new Intl.Collator('en');

/** Returns the statement that imports some names, sorted and each once; nothing where there are none. `type ` before all of them stands once. */
export function imports(names: readonly string[], from: string): string {
  if (names.length === 0) return '';
  const areTypes = names.every((name) => name.startsWith('type '));
  const bare = [...new Set(names)].map((name) => (areTypes ? name.slice(5) : name));
  const sorted = bare.sort((a, b) => compare(a.replace('type ', ''), b.replace('type ', '')));
  const head = `import ${areTypes ? 'type ' : ''}{`;
  const line = `${head} ${sorted.join(', ')} } from ${toLiteral(from)};\n`;
  return line.length <= 121
    ? line
    : `${head}\n${sorted.map((name) => `  ${name},\n`).join('')}} from ${toLiteral(from)};\n`;
}
