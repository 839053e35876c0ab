import { createRequire } from 'node:module';
import { join } from 'node:path';
import { managersFolder } from '../package-managers.js';

/** What is read of a service of a Compose file. */
export interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly user?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly [other: string]: unknown;
}

/** A Compose file, with the values of its variables in place. */
export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

/** @throws Error where a variable that it demands is not set */
export function readCompose(text: string, env: Readonly<Record<string, string>>): Compose {
  const { parse } = createRequire(join(managersFolder, 'package.json'))('yaml') as {
    parse: (text: string, options: object) => Compose;
  };
  const filled = text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind = '', word = '') => {
    const value = env[name] || (kind === '-' ? word : undefined);
    if (value === undefined) throw new Error(`${name} is not set. ${word}`);
    return value;
  });
  return parse(filled, { merge: true });
}

/** Returns the names of services, each behind those that it waits for. */
export function inStartOrder({ services }: Compose): string[] {
  const ordered: string[] = [];
  function add(name: string): void {
    for (const needed of Object.keys(services[name]?.depends_on ?? {})) add(needed);
    if (!ordered.includes(name)) ordered.push(name);
  }
  for (const name of Object.keys(services)) add(name);
  return ordered;
}
