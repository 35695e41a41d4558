import type { Trace } from '#kernel/trace.ts';
import type { Answer } from '../../protocol.ts';
import type { Remembered } from '../remembered.ts';
import type { OidcSettings } from '../settings.ts';

/** An answer of the browser, and what it is held against. */
export interface AnswerCase {
  answer: Answer;
  settings: OidcSettings;
  remembered: Remembered;
  trace: Trace;
}
/** One rule about the answer; refuses by its problem. */
export type AnswerCheck = (answerCase: AnswerCase) => void;

/** Claims whose signature holds, and what they are held against. */
export interface IdTokenCase {
  claims: Readonly<Record<string, unknown>>;
  settings: OidcSettings;
  remembered: Remembered;
  /** Seconds since the epoch. */
  now: number;
  trace: Trace;
}
/** One rule about the claims of an ID token; refuses by its problem. */
export type IdTokenCheck = (idTokenCase: IdTokenCase) => void;

/** How far the provider's clock may be from ours, in seconds, in both directions. */
export const SKEW_SECONDS = 120;
