import type { CliContext } from '../../types.js';

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
    .map(([variable]) => ({ variable, didYouMean: nearest(variable, known) }));
}

/** Returns the name that shares most pairs of letters with another one; undefined where none shares a third. */
function nearest(name: string, known: readonly string[]): string | undefined {
  const withoutPrefix = (text: string): string => text.toUpperCase().replace('NEXCONN', '');
  const pairsOf = (text: string): string[] => [...text].slice(1).map((letter, index) => `${text[index]}${letter}`);
  const given = pairsOf(withoutPrefix(name));
  const likenesses = known.map((each) => {
    const pairs = pairsOf(withoutPrefix(each));
    return { each, share: pairs.filter((pair) => given.includes(pair)).length / Math.max(pairs.length, given.length) };
  });
  const [best] = likenesses.sort((one, other) => other.share - one.share);
  return best && best.share > 1 / 3 ? best.each : undefined;
}
