/** A line of a Dockerfile, with those that it is continued on. */
export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  /** Such as `from` of `--from=base`. */
  readonly flags: Readonly<Record<string, string>>;
  readonly text: string;
  /** The words of the exec form, a JSON array; undefined in the shell form, which runs them by a shell. */
  readonly exec: readonly string[] | undefined;
}

/** What stands from one FROM to the next one. */
export interface Stage {
  readonly name: string;
  /** Another stage, or an image of a registry. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** Returns the stages of a Dockerfile, in their order. */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of readInstructions(text)) {
    if (instruction.keyword !== 'FROM') stages.at(-1)?.instructions.push(instruction);
    else {
      const [from = '', , name = `${stages.length}`] = instruction.text.split(/\s+/);
      stages.push({ name, from, instructions: [] });
    }
  }
  return stages;
}

/** Returns the one instruction of a keyword that counts in a stage, the last one. */
export function lastOf({ instructions }: Stage, keyword: string): Instruction | undefined {
  return instructions.findLast((each) => each.keyword === keyword);
}

/** Returns the instruction in a HEALTHCHECK, such as `CMD ["node", "health.js"]`. */
export function innerOf({ text }: Instruction): Instruction {
  return readInstruction(text);
}

function readInstructions(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map(readInstruction);
}

function readInstruction(line: string): Instruction {
  const [, keyword = '', options = '', text = ''] = /^(\S+)\s+((?:--\S+\s+)*)(.*)$/.exec(line.trim()) ?? [];
  const flags = Object.fromEntries([...options.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  const exec = text.startsWith('[') ? (JSON.parse(text) as string[]) : undefined;
  return { keyword: keyword.toUpperCase(), flags, text, exec };
}
