import { quoteForShell } from '../../process/shell.js';
import { type CompletedCommand, isAsked, keyOf, type Value } from './command-tree.js';

/** Returns the script that completes a program in zsh, as a file of `fpath` or by `source`. */
export function zshScript(program: string, tree: readonly CompletedCommand[]): string {
  const name = `_${program}`;
  const valued = tree.flatMap(({ words, flags }) =>
    flags.flatMap(({ names, value }) => (value ? [{ keys: names.map((flag) => keyOf(words, flag)), value }] : [])),
  );
  return `#compdef ${program}
# Completes ${program} in zsh. It is written by: ${program} completion zsh
${name}() {
  local place='' word previous="\${words[CURRENT-1]}"
  local -a found typed asked
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$place $word" in
      (*' --') _normal; return ;;
      (${tree
        .slice(1)
        .map(({ words }) => quoteForShell(keyOf(words)))
        .join('|')}) place="$place $word" ;;
      (*) typed+=("$word") ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then
    previous="\${PREFIX%%=*}"
    compset -P '*='
    typed+=("$previous")
  fi
  case "$place $previous" in
${valued.map(({ keys, value }) => `    (${keys.map(quoteForShell).join('|')}) ${complete(value)}; return ;;`).join('\n')}
  esac
  case "$place" in
${tree
  .filter(isAsked)
  .map(
    ({ words }) =>
      `    (${quoteForShell(keyOf(words))}) asked=("\${(@f)$("$words[1]"${keyOf(words)} --complete "\${(@)typed}" 2>/dev/null)}") ;;`,
  )
  .join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then
    case "$place" in
${tree.map(({ words, flags }) => `      (${quoteForShell(keyOf(words))}) found=(${flags.flatMap(({ names, description }) => names.map((flag) => described(flag, description))).join(' ')}) ;;`).join('\n')}
    esac
    _describe -o 'option' found
    compadd -- "\${(@)asked%%$'\t'*}"
    return
  fi
  case "$place" in
${tree.map((command) => `    (${quoteForShell(keyOf(command.words))}) ${ofArguments(command)} ;;`).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == ${name} ]]; then
  ${name} "$@"
else
  compdef ${name} ${program}
fi
`;
}

function ofArguments({ commands, value }: CompletedCommand): string {
  if (commands.length === 0) return complete(value ?? { kind: 'free' });
  const found = commands.map(({ name, description }) => described(name, description));
  return `found=(${found.join(' ')}); _describe 'command' found`;
}

/** The name ends at the first colon. */
function described(name: string, description: string): string {
  return quoteForShell(`${name}:${description}`);
}

function complete(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `compadd -- ${value.choices.map(quoteForShell).join(' ')}`;
    case 'command':
      return '_command_names';
    case 'asked':
      return `compadd -- "\${(@)asked%%$'\\t'*}"`;
    case 'folder':
      return '_files -/';
    case 'file':
      return '_files';
    case 'free':
      return ':';
  }
}
