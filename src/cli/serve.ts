import type { Verb } from './command.ts';

export const serve: Verb = {
  usage: 'serve',
  summary: 'Start the gateway in the foreground; SIGTERM or Ctrl-C stops it',
  notes: 'Its settings come from the environment: PORT, HOST, SALLYPORT_URL, SALLYPORT_DATA, SALLYPORT_DATABASE_URL …',
  examples: ['serve'],
  run: async ({ io }) => ({ text: '', exitCode: await io.serve() }),
};
