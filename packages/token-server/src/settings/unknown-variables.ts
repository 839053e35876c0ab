import type { CliContext } from '../command-line/types.js';

/** A variable that nothing reads, and the one that is most like it. */
export interface UnknownVariable {
  readonly variable: string;
  readonly didYouMean: string | undefined;
}

/** What Kubernetes sets in each container for every Service, such as `NEXCONN_PORT_4020_TCP_ADDR` for one called nexconn. */
const ofKubernetes = /_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Whether a value is the address of a Service, as Kubernetes writes it: `tcp://10.0.0.1:4020`. */
export function isServiceLink(value: string): boolean {
  return /^(tcp|udp|sctp):\/\//.test(value);
}

/** Returns the variables whose name begins as those that are read does, but is none of them. Never shows a value. */
export function unknownVariables(env: CliContext['env'], known: readonly string[]): UnknownVariable[] {
  return Object.entries(env)
    .filter(([name, value]) => /^NEXCONN_/i.test(name) && value && !known.includes(name))
    .filter(([name, value = '']) => !ofKubernetes.test(name) && !isServiceLink(value))
    .map(([variable]) => ({ variable, didYouMean: nearestVariable(variable, known) }));
}

function nearestVariable(variable: string, known: readonly string[]): string | undefined {
  const withoutPrefix = (text: string): string => text.toUpperCase().replace('NEXCONN', '');
  const nearest = nearestName(withoutPrefix(variable), known.map(withoutPrefix));
  return known.find((each) => withoutPrefix(each) === nearest);
}

/** Returns the name that shares most pairs of letters with a wrong one; undefined where none is like it. */
function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const pairsOf = (name: string) => [...name.toLowerCase()].map((letter, at, letters) => letter + letters[at + 1]);
  const pairs = pairsOf(wrong);
  const shared = (name: string) => pairsOf(name).filter((pair) => pairs.includes(pair)).length;
  const likeness = (name: string) => shared(name) / Math.max(name.length, wrong.length);
  const nearest = names.reduce((best, name) => (likeness(name) > likeness(best) ? name : best));
  return likeness(nearest) > 0.3 ? nearest : undefined;
}
