import { commands } from './commands.ts';
import { UsageError } from './usage.ts';

declare const __VERSION__: string;

/** Runs one command line. @returns the exit code: what the command says, or 2 where it could not be run. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(overview());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${__VERSION__}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    process.stderr.write(`There is no command "${name}".\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    const { help } = await import('./help.ts');
    process.stdout.write(`${(help[name] ?? '').trim()}\n`);
    return 0;
  }
  try {
    const { run } = await command.load();
    return await run(rest);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const hint = error instanceof UsageError ? `\nSee: waybill ${name} --help` : '';
    process.stderr.write(`waybill ${name}: ${text}${hint}\n`);
    return 2;
  }
}

function overview(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `waybill checks the container images of a Replicated release against Amazon ECR.

Usage: waybill COMMAND [ARGUMENTS]

Commands
${lines.join('\n')}

waybill COMMAND --help says more. waybill --version prints the version.
`;
}
