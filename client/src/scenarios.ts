import { type Memento, type Uri, type WorkspaceFolder, workspace } from 'vscode';
import type { ChosenScenario } from './protocol.ts';

/** How the customer installs for whom each folder is previewed; kept with the workspace, on this machine. */
export class Scenarios {
  readonly #state: Memento;
  readonly #changed: (folder: Uri, scenario: ChosenScenario) => Promise<void>;

  /** @param changed hears of each choice */
  constructor(state: Memento, changed: (folder: Uri, scenario: ChosenScenario) => Promise<void>) {
    this.#state = state;
    this.#changed = changed;
  }

  of(folder: Uri): ChosenScenario {
    return this.all()[folder.toString()] ?? {};
  }

  /** By folder's URI. */
  all(): Readonly<Record<string, ChosenScenario>> {
    return this.#state.get<Record<string, ChosenScenario>>(key, {});
  }

  async choose(folder: Uri, scenario: ChosenScenario): Promise<void> {
    const { [folder.toString()]: _, ...others } = this.all();
    const isDefault = Object.keys(scenario).length === 0;
    await this.#state.update(key, isDefault ? others : { ...others, [folder.toString()]: scenario });
    await this.#changed(folder, scenario);
  }
}

const key = 'waybill.scenarios';

/** How a file is kept in a choice: by its path in the folder where it is in it. */
export function keptPath(folder: WorkspaceFolder, file: Uri): string {
  if (workspace.getWorkspaceFolder(file)?.uri.toString() === folder.uri.toString())
    return workspace.asRelativePath(file, false);
  return file.scheme === 'file' ? file.fsPath : file.toString();
}
