import { Argument, type CliContext, type Command } from '@nexconn-kit/token-server/command-line';

const shells = ['bash', 'zsh', 'fish'] as const;

const helpEnd = `
Prints a script for the shell, with every command, flag and fixed value that
this version has. It calls nothing while it completes, but nexconn call, for
the operations and fields of the document that is named there.

Examples:
  nexconn completion bash >> ~/.bashrc
  nexconn completion zsh > "\${fpath[1]}/_nexconn"
  nexconn completion fish > ~/.config/fish/completions/nexconn.fish

Exit codes:
  0  done
  2  wrong use`;

/** Adds `nexconn completion`. */
export function addCompletionCommand(program: Command, { stdout }: CliContext): void {
  program
    .command('completion')
    .description('print a script that completes commands and flags in a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', helpEnd)
    .action(async (shell: (typeof shells)[number]) => {
      const [{ commandTree }, { bashScript }, { zshScript }, { fishScript }] = await Promise.all([
        import('./command-tree.js'),
        import('./bash.js'),
        import('./zsh.js'),
        import('./fish.js'),
      ]);
      const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
      stdout.write(script(program.name(), commandTree(program)));
    });
}
