import { quoteForShell } from '../../process/shell.js';
import { type CompletedCommand, isAsked, keyOf, type Value } from './command-tree.js';

/** Returns the script that completes a program in bash, from version 3.2 on, which macOS has. */
export function bashScript(program: string, tree: readonly CompletedCommand[]): string {
  const name = `_${program}`;
  const valued = tree.flatMap(({ words, flags }) =>
    flags.flatMap(({ names, value }) => (value ? [{ keys: names.map((flag) => keyOf(words, flag)), value }] : [])),
  );
  return `# Completes ${program} in bash. It is written by: ${program} completion bash
${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" place='' words='' asked='' index
  local -a typed
  COMPREPLY=()
  # Files where they belong alone, which bash before 4 cannot tell.
  compopt +o default 2>/dev/null
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$place \${COMP_WORDS[index]}" in
      *' --') compopt -o default 2>/dev/null; return ;;
      ${tree
        .slice(1)
        .map(({ words }) => quoteForShell(keyOf(words)))
        .join('|')})
        place="$place \${COMP_WORDS[index]}" ;;
      *' =') ;;
      *) typed+=("\${COMP_WORDS[index]}") ;;
    esac
  done
  # --flag=value comes in three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  case "$place $previous" in
${valued.map(({ keys, value }) => `    ${keys.map(quoteForShell).join('|')}) ${complete(value)}; return ;;`).join('\n')}
  esac
  case "$place" in
${tree
  .filter(isAsked)
  .map(
    ({ words }) =>
      `    ${quoteForShell(keyOf(words))}) asked="$("\${COMP_WORDS[0]}"${keyOf(words)} --complete \${typed[@]+"\${typed[@]}"} 2>/dev/null | cut -f 1)" ;;`,
  )
  .join('\n')}
  esac
  if [[ $current == -* ]]; then
    case "$place" in
${tree.map(({ words, flags }) => `      ${quoteForShell(keyOf(words))}) words=${quoteForShell(flags.flatMap(({ names }) => names).join(' '))} ;;`).join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words $asked" -- "$current"))
    return
  fi
  case "$place" in
${tree.map((command) => `      ${quoteForShell(keyOf(command.words))}) ${ofArguments(command)} ;;`).join('\n')}
  esac
}
complete -o default -F ${name} ${program}
`;
}

function ofArguments({ commands, value }: CompletedCommand): string {
  if (commands.length > 0) return complete({ kind: 'choices', choices: commands.map(({ name }) => name) });
  return complete(value ?? { kind: 'free' });
}

function complete(value: Value): string {
  switch (value.kind) {
    case 'choices':
      return `COMPREPLY=($(compgen -W ${quoteForShell(value.choices.join(' '))} -- "$current"))`;
    case 'command':
      return 'COMPREPLY=($(compgen -c -- "$current"))';
    case 'asked':
      return 'COMPREPLY=($(compgen -W "$asked" -- "$current"))';
    case 'folder':
      return 'compopt -o dirnames 2>/dev/null';
    case 'file':
      return 'compopt -o default 2>/dev/null';
    case 'free':
      return ':';
  }
}
