import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

/** `docs/cli.md`: what `--help` says of every noun and verb. */
export function writeCommandLine(): string {
  const program = createProgram(NOBODY, () => {});
  return `${[INTRODUCTION, ...program.commands.map((command) => sectionOf(command))].join('\n\n')}\n`;
}

/** A world in which nothing is run: only asked for its help. */
const NOBODY = { version: '', env: {}, columns: 100, out: () => {}, err: () => {} } as unknown as Parameters<
  typeof createProgram
>[0];

function sectionOf(command: Command): string {
  const verbs = command.commands.map((verb) => `### ${command.name()} ${verb.name()}\n\n${helpOf(verb)}`);
  const said = verbs.length === 0 ? helpOf(command) : command.description();
  return [`## ${command.name()}`, said, ...verbs].join('\n\n');
}

/** Without the options that every command has: they are told once. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (words) => (text += words), getOutHelpWidth: () => 100, getOutHasColors: () => false });
  command.configureHelp({ showGlobalOptions: false });
  command.outputHelp();
  const bare = text.replace(/^ +-h, --help .*\n/m, '').replace(/\nOptions:\n(?=\n|$)/, '');
  return `\`\`\`text\n${bare.trim()}\n\`\`\``;
}

const INTRODUCTION = `# The command line

\`sallyport <noun> <verb>\`, from \`tools/sallyport.mjs\`: everything of the API, from a terminal or a script. This page is what \`--help\` says; it is generated.

\`\`\`sh
export SALLYPORT_API_URL=https://sso.example.com/t/acme
export SALLYPORT_TOKEN_FILE=~/.sallyport-token
sallyport doctor
sallyport idp create -f okta.json
sallyport idp verify okta --open
sallyport idp enable okta
\`\`\`

- **Where.** \`--url\`, or \`SALLYPORT_API_URL\`: the URL of a tenant. Operators may give the server's own URL and \`--tenant acme\`; for \`sallyport tenant …\` it is always the server's.
- **As whom.** \`SALLYPORT_TOKEN\`, or a file that \`SALLYPORT_TOKEN_FILE\` names: an access token with scope \`sallyport_api\`, or the operator token. No option takes a token, and secrets belong into the file of \`-f\`: command lines are seen by everybody on the machine.
- **Answers.** For people tables and fields, times in local time; with \`--json\` what the API said, refusals included. Lists follow all pages. Secrets that the API tells once are printed once, and said to be so.
- **Exit codes.** 0 done; 1 refused, or a test that failed: title, faults, what to do, code and trace id go to stderr; 2 called wrongly.
- **Removing** asks first; in scripts say \`--yes\`.`;
