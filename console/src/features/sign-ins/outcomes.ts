import type { Tone } from '../identity-providers/words.ts';

/** How it ended, in a word. */
export const outcomes: Readonly<Record<string, { tone: Tone; word: string }>> = {
  'signed-in': { tone: 'good', word: 'Signed in' },
  'signed-out': { tone: 'quiet', word: 'Signed out' },
  verified: { tone: 'good', word: 'Passed' },
  refused: { tone: 'bad', word: 'Refused' },
};

export const outcomeOf = (outcome: string): { tone: Tone; word: string } => outcomes[outcome] ?? { tone: 'quiet', word: outcome };
