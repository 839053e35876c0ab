import type { Command } from 'commander';
import { readAll } from '../command-line/errors.js';
import type { CliContext } from '../command-line/types.js';
import { readTextFile } from './read-text-file.js';
import {
  flagOf,
  type ServeSettings,
  type SettingName,
  serveSettings,
  settingNames,
  variableOf,
  wrongSetting,
} from './serve-settings.js';
import { isServiceLink } from './unknown-variables.js';

/** Two answers to one question: the first place that has either of them decides. */
const endpointNames: readonly SettingName[] = ['region', 'baseUrl'];

/**
 * Returns all settings: a flag wins over a variable, and that over a field of the file.
 *
 * Commander's own `Option.env` would read the variables of this process, and list each of them in the help.
 *
 * @throws {CliError} USAGE
 */
export function readServeSettings(command: Command, env: CliContext['env']): ServeSettings {
  const flags = command.opts();
  if (flags.store !== undefined) refusePassword(flags.store);
  // An empty variable is how many tools unset one.
  setValues(command, 'env', (name) => readVariable(env, name));
  const path: string | undefined = flags.config ?? (env.NEXCONN_CONFIG || undefined);
  if (path !== undefined) {
    const config = readConfig(path);
    setValues(command, 'config', (name) => config[name]);
  }
  const found = settingNames.filter((name) => command.getOptionValue(name) !== undefined);
  return Object.fromEntries(readAll(...found.map((name) => () => [name, parseSetting(name, command)] as const)));
}

/** Kubernetes sets `NEXCONN_PORT=tcp://…` where a Service is called nexconn, which is not meant for this command. */
function readVariable(env: CliContext['env'], name: SettingName): string | undefined {
  const value = env[variableOf(name)] || undefined;
  return name === 'port' && value !== undefined && isServiceLink(value) ? undefined : value;
}

function setValues(command: Command, source: 'env' | 'config', read: (name: SettingName) => unknown): void {
  const has = (name: SettingName): boolean => command.getOptionValue(name) !== undefined;
  const taken = new Set(endpointNames.some(has) ? endpointNames : []);
  for (const name of settingNames) {
    if (!has(name) && !taken.has(name)) command.setOptionValueWithSource(name, read(name), source);
  }
}

function parseSetting(name: SettingName, command: Command): unknown {
  const value: unknown = command.getOptionValue(name);
  const source = command.getOptionValueSource(name);
  const inFile = `"${name}" of the configuration file`;
  const place = source === 'cli' ? flagOf(name) : source === 'env' ? variableOf(name) : inFile;
  const text = (Array.isArray(value) ? value : [value]).map((each) => {
    if (['string', 'number', 'boolean'].includes(typeof each)) return String(each);
    throw wrongSetting(`${inFile} is neither a text, a number nor a boolean. Correct it.`);
  });
  try {
    return serveSettings[name].parse(text.join(','));
  } catch (error) {
    throw wrongSetting(`${place} is "${text.join(',')}". ${(error as Error).message}`, error);
  }
}

/**
 * Refuses the URL of a store that was given by a flag where it holds a password.
 *
 * @throws {CliError} USAGE
 */
export function refusePassword(
  store: string,
  flag = '--store',
  instead: string = `${variableOf('store')} or the configuration file`,
): void {
  // Where a password looks like a port and a path, the first at sign is behind them.
  if (!/^(redis|postgres)\w*:\/\/[^\s/@:]*:.*@/i.test(store) && !(URL.canParse(store) && new URL(store).password))
    return;
  throw wrongSetting(`${flag} holds a password, which every user of this machine can see. Give it by ${instead}.`);
}

function readConfig(path: string): Readonly<Record<string, unknown>> {
  const config = parseConfig(path, readTextFile(path, 'NEXCONN_CONFIG (--config)'));
  const unknown = Object.keys(config).find((name) => !Object.hasOwn(serveSettings, name));
  if (unknown === undefined) return config;
  const fileName = `${unknown}File`;
  const hint = Object.hasOwn(serveSettings, fileName)
    ? `Secrets stay out of it: set ${variableOf(unknown)}, or "${fileName}" to the path of a file.`
    : 'The help of serve has the settingNames.';
  throw wrongSetting(`The configuration file ${path} has an unknown setting "${unknown}". ${hint}`);
}

function parseConfig(path: string, content: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw wrongSetting(`The configuration file ${path} is not JSON. Correct it.`, cause);
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw wrongSetting(`The configuration file ${path} holds no JSON object. Write one such as {"port":4020}.`);
}
