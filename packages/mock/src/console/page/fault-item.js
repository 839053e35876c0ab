import { element } from './build-elements.js';

/** Returns the list item of a fault that is set: what happens to whom, and how far it has come. */
export function faultItem({ sequence, userId, operationId, times, taken }) {
  const whom = [operationId, userId && `user ${userId}`].filter((part) => part).join(', ');
  const often = times === 0 ? `until cleared, ${taken} taken` : `${taken} of ${times * sequence.length} taken`;
  return element('li', '', `${sequence.map(stepText).join(', ')}${whom ? ` for ${whom}` : ''}: ${often}`);
}

function stepText(step) {
  if (step === 'success') return step;
  const { kind, ms, jitterMs, code, status } = step;
  const more = [code, status && `HTTP ${status}`, ms !== undefined && `${ms} ms`, jitterMs && `±${jitterMs} ms`];
  return [kind, ...more.filter((part) => part)].join(' ');
}
