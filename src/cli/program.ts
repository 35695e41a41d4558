import { Command, InvalidArgumentError, Option } from 'commander';
import type { Call, Noun, OptionOf, Outcome, Verb } from './command.ts';
import { connect } from './connect.ts';
import type { Io } from './io.ts';
import { nouns, verbs } from './nouns.ts';
import { styleFor } from './print/style.ts';

/** What a call came to; the program writes it. */
export type Told = (outcome: Outcome, how: { json: boolean }) => void;

const ENVIRONMENT = `
Environment:
  SALLYPORT_API_URL        what --url says
  SALLYPORT_TOKEN          bearer token: the operator token, or an access token of a user of the tenant
  SALLYPORT_TOKEN_FILE     file that holds it
  NO_COLOR                 no colours

Exit codes: 0 done, 1 refused (the code is said), 2 called wrongly.`;

/** The whole command line, with every noun and verb and its help. */
export function createProgram(io: Io, tell: Told): Command {
  const program = new Command('sallyport')
    .description('Enterprise SSO gateway: identity providers, people, applications, from the command line.')
    .addOption(new Option('--url <address>', 'URL of the tenant; of the server for operators, and with --tenant'))
    .addOption(new Option('--tenant <name>', 'this tenant of the server; wants the operator token'))
    .addOption(new Option('--json', 'print the JSON of the API'))
    .version(io.version, '-V, --version', 'say which release this is')
    .addHelpText('after', ENVIRONMENT)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
    })
    .exitOverride();
  for (const noun of nouns) program.addCommand(commandOfNoun(noun, { io, tell, program }));
  for (const verb of verbs) program.addCommand(commandOfVerb(verb, [], { io, tell, program }));
  return program;
}

interface Around {
  io: Io;
  tell: Told;
  program: Command;
}

function commandOfNoun({ name: noun, summary, verbs: all }: Noun, around: Around): Command {
  const command = inherit(new Command(noun).description(summary).helpCommand(false), around);
  for (const verb of all) command.addCommand(commandOfVerb(verb, [noun], around));
  return command;
}

function commandOfVerb(verb: Verb, before: readonly string[], around: Around): Command {
  const [, called = '', usage = ''] = /^(\S+)\s*(.*)$/.exec(verb.usage) ?? [];
  const command = inherit(new Command(called).description(verb.summary).helpCommand(false), around);
  if (usage !== '') command.arguments(usage);
  for (const option of verb.options ?? []) command.addOption(optionOf(option));
  const examples = verb.examples.map((line) => `  $ sallyport ${[...before, line].join(' ')}`).join('\n');
  command.addHelpText('after', `${verb.notes ? `\n${verb.notes}\n` : ''}\nExamples:\n${examples}`);
  command.action(async (...given: unknown[]) => {
    const call = callOf(command, given, around.io);
    around.tell(await verb.run(call), { json: call.json });
  });
  return command;
}

const inherit = (command: Command, { program }: Around): Command => command.copyInheritedSettings(program);

function optionOf({ flags, text, kind, choices }: OptionOf): Option {
  const option = new Option(flags, text);
  if (choices) option.choices(choices);
  if (kind === 'number') option.argParser(readNumber);
  if (kind === 'gathered') option.argParser((value: string, before?: string[]) => [...(before ?? []), value]);
  return option;
}

function readNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < 1) throw new InvalidArgumentError('It is a number from 1.');
  return value;
}

function callOf(command: Command, given: readonly unknown[], io: Io): Call {
  const options: Record<string, unknown> = command.optsWithGlobals();
  const textOf = (option: string): string | undefined => (typeof options[option] === 'string' ? options[option] : undefined);
  const connection = connect(io, { url: textOf('url'), tenant: textOf('tenant') });
  return {
    ...connection,
    io,
    style: styleFor(io, io.terminal.output),
    json: options['json'] === true,
    args: given.slice(0, command.registeredArguments.length).map((one) => (typeof one === 'string' ? one : undefined)),
    text: textOf,
    flag: (option) => options[option] === true,
    number: (option) => (typeof options[option] === 'number' ? options[option] : undefined),
    gathered: (option) => (Array.isArray(options[option]) ? options[option].map(String) : []),
    say: (text) => io.err(`${text}\n`),
  };
}
