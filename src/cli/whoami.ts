import { dataOf, type Verb } from './command.ts';
import { shown } from './lists.ts';

export const whoami: Verb = {
  usage: 'whoami',
  summary: 'Say whose token this is, and what they may do in this tenant',
  examples: ['whoami', 'whoami --json'],
  run: async (call) => shown(call, dataOf(await (await call.tenant()).GET('/api/v1/me', {}))),
};
