import { customerFileProblem } from '../core/features/customer-file.ts';
import type { Customer } from '../core/features/layers.ts';
import {
  type CustomerFile,
  customerFiles,
  customerOf,
  readScenario,
  type ScenarioChoice,
  scenarioFields,
} from '../core/features/scenario-choice.ts';
import { readTextFile } from '../io/files/read.ts';
import { UsageError } from './usage.ts';

/** The flag for a field of a scenario: `--local-registry` for `localRegistry`. */
const flagOf = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What a command that shows or checks an installation takes, for `parseArgs`: how the customer installs. */
export const scenarioFlags = {
  ...Object.fromEntries(
    Object.entries(scenarioFields).map(([field, takes]) => [
      flagOf(field),
      { type: takes === 'switch' ? ('boolean' as const) : ('string' as const) },
    ]),
  ),
  'local-registry-password': { type: 'string' as const },
};

/** A scenario as a command line says it. */
export interface GivenScenario {
  readonly choice: ScenarioChoice;
  readonly customer: Customer;
}

/**
 * Reads the flags of {@link scenarioFlags}, and the files that they name.
 * @throws UsageError for flags that make no sense, and for a file that cannot be read or is not what it is given for
 */
export async function givenScenario(flags: Readonly<Record<string, unknown>>): Promise<GivenScenario> {
  const said = Object.fromEntries(Object.keys(scenarioFields).map((field) => [field, flags[flagOf(field)]]));
  const { choice, problems } = readScenario(said, (field) => `--${flagOf(field)}`);
  const [problem] = problems;
  if (problem !== undefined) throw new UsageError(problem);
  const password = flags['local-registry-password'];
  return {
    choice,
    customer: {
      ...customerOf(choice, await textsOf(choice)),
      ...(typeof password === 'string' ? { localRegistryPassword: password } : {}),
    },
  };
}

async function textsOf(choice: ScenarioChoice): Promise<Partial<Record<CustomerFile, string>>> {
  const read = customerFiles.map(async (field) => {
    const path = choice[field];
    if (path === undefined) return [];
    const read = await readTextFile(path);
    if (!read.ok) throw new UsageError(read.problem.message);
    const problem = customerFileProblem(field, read.text);
    if (problem !== null) throw new UsageError(`--${flagOf(field)} ${path}: ${problem}`);
    return [[field, read.text] as const];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}
