import { type Finding, type FindingState, findingStates } from '../../terminal/finding.js';

/** Returns how many findings there are of each state. */
export function countStates(findings: readonly Finding[]): Record<FindingState, number> {
  const countOf = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  return Object.fromEntries(findingStates.map((state) => [state, countOf(state)])) as Record<FindingState, number>;
}

/** `5 ok, 1 failed`. */
export function summarize(findings: readonly Finding[]): string {
  const counts = Object.entries(countStates(findings)).filter(([, count]) => count > 0);
  return counts.map(([state, count]) => `${count} ${state}`).join(', ');
}
