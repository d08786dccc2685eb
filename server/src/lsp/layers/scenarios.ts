import { resolve } from 'node:path';
import {
  type CustomerFile,
  changesOf,
  customerFiles,
  readScenario,
  type ScenarioChoice,
} from '../../core/features/scenario-choice.ts';
import type { Scenario } from '../../core/kots/scenario.ts';
import { readTextFile } from '../../io/files/read.ts';
import { fileUri, normalUri, pathOfUri } from '../../io/files/uri.ts';
import type { Folder } from '../workspace/folder.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** How the customer installs for whom a folder's releases are previewed. Another object as soon as anything changes. */
export interface ChosenScenario {
  readonly choice: ScenarioChoice;
  /** Left out for the default scenario. */
  readonly changes?: Partial<Scenario>;
  /** Of the customer's files, as far as they can be read. */
  readonly texts: Readonly<Partial<Record<CustomerFile, string>>>;
  /** What is wrong with the choice, in sentences. */
  readonly problems: readonly string[];
}

/** The scenario of each folder, as the client chose it. */
export interface Scenarios {
  of(folder: Folder): ChosenScenario;
  /** @param said fields of a `ScenarioChoice`; null for the default scenario */
  choose(folderUri: string, said: unknown): void;
  /** Something happened to a file on disk. */
  touched(uri: string): void;
  /** Resolves when all files that were chosen have been read. Never rejects. */
  ready(): Promise<void>;
}

export interface ScenariosOptions {
  readonly workspace: () => Workspace;
  /** Folder's URI → what `choose` takes. */
  readonly said: Readonly<Record<string, unknown>>;
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

const byDefault: ChosenScenario = { choice: {}, texts: {}, problems: [] };

type Texts = ChosenScenario['texts'];

/** What is known of a folder's scenario. */
interface State {
  readonly choice: ScenarioChoice;
  readonly changes: Partial<Scenario>;
  /** What of the choice made no sense. */
  readonly wrong: readonly string[];
  /** The customer's files as they are on disk, and why the others cannot be read. */
  disk: Texts;
  unread: readonly string[];
  /** As it was given last, for as long as it holds. */
  given: ChosenScenario | null;
}

export function createScenarios({ workspace, said, onChange, log }: ScenariosOptions): Scenarios {
  const states = new Map<string, State>();
  let pending: Promise<void> = Promise.resolve();

  const uriOf = (folderUri: string, path: string): string | null => {
    if (/^[a-z][\w+.-]+:\//i.test(path)) return normalUri(path);
    const root = pathOfUri(folderUri);
    return root === null ? null : fileUri(resolve(root, path));
  };
  const read = async (folderUri: string, state: State): Promise<void> => {
    const disk: Partial<Record<CustomerFile, string>> = {};
    const unread: string[] = [];
    for (const field of customerFiles) {
      const named = state.choice[field];
      if (named === undefined) continue;
      const path = pathOfUri(uriOf(folderUri, named) ?? '');
      const found = path === null ? null : await readTextFile(path);
      if (found?.ok) {
        const { customerFileProblem } = await import('../../core/features/customer-file.ts');
        const problem = customerFileProblem(field, found.text);
        if (problem === null) disk[field] = found.text;
        else unread.push(`${named}: ${problem}`);
      } else unread.push(found?.problem.message ?? `${named} is no file on this machine.`);
    }
    state.disk = disk;
    state.unread = unread;
    state.given = null;
    for (const problem of unread) log(problem);
    if (states.get(folderUri) === state) onChange();
  };
  const readLater = (folderUri: string, state: State): void => {
    pending = pending.then(() => read(folderUri, state));
  };
  /** The text of a customer's file that is open in the editor. */
  const typed = (folder: Folder, path: string): string | null => {
    const document = workspace().document(uriOf(folder.uri, path) ?? '');
    return document?.folder.textOf(document.path) ?? null;
  };

  const choose = (uri: string, fields: unknown): void => {
    const folderUri = normalUri(uri).replace(/\/$/, '');
    const { choice, problems } = readScenario(isRecord(fields) ? fields : {});
    for (const problem of problems) log(`The scenario of ${folderUri}: ${problem}`);
    const state = { choice, changes: changesOf(choice), wrong: problems, disk: {}, unread: [], given: null };
    states.set(folderUri, state);
    readLater(folderUri, state);
  };
  for (const [uri, fields] of Object.entries(said)) choose(uri, fields);

  return {
    of(folder) {
      const state = states.get(folder.uri);
      if (state === undefined) return byDefault;
      const { choice, changes, wrong, disk, unread, given } = state;
      const texts: Partial<Record<CustomerFile, string>> = { ...disk };
      for (const field of customerFiles) {
        const text = choice[field] === undefined ? null : typed(folder, choice[field]);
        if (text !== null) texts[field] = text;
      }
      if (given !== null && customerFiles.every((field) => texts[field] === given.texts[field])) return given;
      const isDefault = Object.keys(changes).length === 0;
      state.given = { choice, texts, problems: [...wrong, ...unread], ...(isDefault ? {} : { changes }) };
      return state.given;
    },
    choose,
    touched(uri) {
      const normal = normalUri(uri);
      for (const [folderUri, state] of states)
        if (customerFiles.some((field) => uriOf(folderUri, state.choice[field] ?? '.') === normal))
          readLater(folderUri, state);
    },
    async ready() {
      for (let seen: Promise<void> | null = null; seen !== pending; ) {
        seen = pending;
        await seen;
      }
    },
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
