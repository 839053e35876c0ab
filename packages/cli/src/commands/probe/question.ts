import type { ProfileAnswers } from '@nexconn-kit/mock/profile';
import type { Asker } from './create-asker.js';

/** What a question came to; an answer that is not clear is not known. */
export type Outcome = { readonly answers: ProfileAnswers } | { readonly notKnown: string };

/** One question that is published nowhere. It stands by itself: what one comes to changes no other. */
export interface Question {
  /** As `--only` names it, such as `clock`. */
  readonly id: string;
  readonly title: string;
  /** How many users it makes at the most. */
  readonly users: number;
  /** What its answer does not say, in words for the profile and whoever reads the answer. */
  readonly caveat?: string;
  readonly ask: (asker: Asker) => Promise<Outcome>;
}

export function known(answers: ProfileAnswers): Outcome {
  return { answers };
}

export function notKnown(why: string): Outcome {
  return { notKnown: why };
}
