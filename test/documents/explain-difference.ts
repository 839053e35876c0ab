import type { BodyJudge } from './body-judge.js';
import type { DrawnCall } from './draw-call.js';
import type { RawDocument } from './raw-document.js';

/** What explains that the mock and Prism answer a call otherwise, where the document and not Prism is followed. */
export const explanations = {
  sameShape: 'the document has another path of the same shape, and the first of the two is played',
  lenient: 'Prism takes a body that the oracle refuses as the mock does: any body, where it cannot compile the schema',
  strict: 'Prism refuses a body that the oracle takes as the mock does',
  form: 'the fields of a form are lists or objects, which Prism does not read as OpenAPI has them written',
  empty: 'Prism takes a parameter that is empty for one that is absent',
} as const;

export type Explanation = keyof typeof explanations;

/** The verdicts of the mock and of Prism on a call. */
export interface Verdicts {
  readonly ours: number;
  readonly theirs: number;
}

/** Returns what explains a difference, if it is one of the differences that are meant. */
export async function explainDifference(
  call: DrawnCall,
  { ours, theirs }: Verdicts,
  { operations }: RawDocument,
  { describe, judge }: BodyJudge,
): Promise<Explanation | undefined> {
  const { method, path } = call.operation;
  const ofShape = operations.filter((each) => each.method === method && shapeOf(each.path) === shapeOf(path));
  if (ofShape.length > 1 && ofShape[0] !== call.operation) return 'sameShape';
  const [type = ''] = (call.headers['content-type'] ?? '').split(';');
  if (/form/.test(type) && ours < 300 && theirs >= 400) return 'form';
  if (ours >= 400 && theirs < 300 && call.query.some(([, value]) => value === '')) return 'empty';
  const described = describe(`${method} ${path}`, type);
  if (described === undefined || call.body === undefined || !/[/+]json/.test(type)) return undefined;
  const isGood = await judge(described, JSON.parse(call.body));
  if (isGood === false && ours >= 400 && theirs < 300) return 'lenient';
  return isGood === true && ours < 300 && theirs >= 400 ? 'strict' : undefined;
}

function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}
