import { type CompletedCommand, keyOf, type Value } from './command-tree.js';

/** Returns the script that completes a program in fish. */
export function fishScript(program: string, tree: readonly CompletedCommand[]): string {
  const at = `__${program}_at`;
  const lines = tree.flatMap(({ words, commands, flags, value }) => {
    const complete = `complete -c ${program} -n ${quote(`${at} ${quote(keyOf(words))}`)}`;
    return [
      ...commands.map(({ name, description }) => `${complete} -f -a ${name} -d ${quote(description)}`),
      ...flags.map((flag) => {
        const names = flag.names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
        return `${complete} ${names.join(' ')}${parameter(flag.value)} -d ${quote(flag.description)}`;
      }),
      ...(value && commands.length === 0
        ? [`${complete} ${argument(value, `__${program}_asked${keyOf(words)}`)}`]
        : []),
    ];
  });
  return `# Completes ${program} in fish. It is written by: ${program} completion fish
function ${at}
    set -l place ''
    set -l typed (commandline -opc)
    for word in $typed[2..]
        switch "$place $word"
            case ${tree
              .slice(1)
              .map(({ words }) => quote(keyOf(words)))
              .join(' ')}
                set place "$place $word"
        end
    end
    test "$place" = "$argv[1]"
end
function __${program}_asked
    set -l typed (commandline -opc)
    set -l program $typed[1]
    set -e typed[1..2]
    $program $argv --complete $typed 2>/dev/null
end
complete -c ${program} -e
complete -c ${program} -f
${lines.join('\n')}
`;
}

function parameter(value: Value | undefined): string {
  switch (value?.kind) {
    case undefined:
      return '';
    case 'choices':
      return ` -x -a ${quote(value.choices.join(' '))}`;
    case 'folder':
      return " -x -a '(__fish_complete_directories)'";
    case 'file':
      return ' -r -F';
    default:
      return ' -x';
  }
}

function argument(value: Value, asked: string): string {
  switch (value.kind) {
    case 'choices':
      return `-f -a ${quote(value.choices.join(' '))}`;
    case 'command':
      return "-f -a '(__fish_complete_command)'";
    case 'asked':
      return `-f -a ${quote(`(${asked})`)}`;
    case 'folder':
      return "-f -a '(__fish_complete_directories)'";
    case 'file':
      return '-F';
    case 'free':
      return '-f';
  }
}

/** In fish a backslash before one of its own or a quote is an escape, between quotes too. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
