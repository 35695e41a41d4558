import type { Verb } from '../command.ts';

export const exchangeVerbs: readonly Verb[] = [];
