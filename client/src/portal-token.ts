import {
  type ExtensionContext,
  type Memento,
  type QuickPickItem,
  QuickPickItemKind,
  type SecretStorage,
  window,
} from 'vscode';
import { lastWords, type Ran } from './command-line.ts';

const teamsKey = 'waybill.portalTeams';
const teamKey = 'waybill.portalTeam';
const secretKey = (team: string): string => `waybill.portalToken.${team}`;

/**
 * Tokens of the vendor portal, one for each team, in VS Code's secret storage and nowhere else. Names of teams are no
 * secrets; which one a workspace is about is kept with the workspace.
 */
export class PortalTokens {
  readonly #secrets: SecretStorage;
  readonly #global: Memento;
  readonly #workspace: Memento;
  readonly #changed: () => Promise<void>;

  /** @param changed hears that another token is to be used from now on */
  constructor({ secrets, globalState, workspaceState }: ExtensionContext, changed: () => Promise<void>) {
    this.#secrets = secrets;
    this.#global = globalState;
    this.#workspace = workspaceState;
    this.#changed = changed;
  }

  /** What the portal is asked with: the chosen team's token, else what the environment and the replicated CLI have. */
  async environment(): Promise<Record<string, string>> {
    const team = this.#team();
    const token = team === undefined ? undefined : await this.#secrets.get(secretKey(team));
    return token === undefined ? {} : { REPLICATED_API_TOKEN: token };
  }

  /**
   * Runs what needs a token. Where there is none, or the portal refuses the one that is kept here, the person is asked
   * for one and it is run again. Null where they gave none.
   */
  async during(run: () => Promise<Ran>): Promise<Ran | null> {
    for (;;) {
      const ran = await run();
      const words = lastWords(ran);
      if (ran.code === 0) return ran;
      if (words.startsWith('There is no token for the vendor portal')) {
        if (!(await this.choose())) return null;
        continue;
      }
      const team = this.#team();
      if (team === undefined || !words.startsWith('The vendor portal refuses the token')) return ran;
      const other = 'Give Another Token…';
      const said = words.replace('the token in REPLICATED_API_TOKEN', `the token of ${team}`);
      if ((await window.showErrorMessage(`Waybill: ${said}`, other)) !== other) return null;
      if (!(await this.#ask(team))) return null;
    }
  }

  /** Has the person choose a team, give its token anew, or give that of another. Whether one is chosen now. */
  async choose(): Promise<boolean> {
    const teams = this.#teams();
    const current = this.#team();
    const other: QuickPickItem = { label: '$(add) Another Team…' };
    const anew: QuickPickItem = { label: `$(key) New Token for ${current}…` };
    const forget: QuickPickItem = { label: `$(trash) Forget the Token of ${current}` };
    const rows = teams.map((label) => ({ label, ...(label === current ? { description: 'chosen' } : {}) }));
    const chosen =
      teams.length === 0
        ? other
        : await window.showQuickPick<QuickPickItem>(
            [
              ...rows,
              { label: '', kind: QuickPickItemKind.Separator },
              other,
              ...(current === undefined ? [] : [anew, forget]),
            ],
            { title: 'Vendor Portal', placeHolder: 'Which team’s releases are these?' },
          );
    if (chosen === undefined) return false;
    if (chosen === anew && current !== undefined) return this.#ask(current);
    if (chosen === forget && current !== undefined) return this.#forget(current);
    if (chosen !== other) return this.#take(chosen.label);
    const team = await window.showInputBox({
      title: 'Vendor Portal: Team',
      prompt: 'A name for the team, to tell its token from others',
      value: teams.length === 0 ? 'my team' : '',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? 'A name is needed.' : undefined),
    });
    return team === undefined ? false : this.#ask(team.trim());
  }

  async #ask(team: string): Promise<boolean> {
    const token = await window.showInputBox({
      title: `Vendor Portal: Token of ${team}`,
      prompt:
        'An API token: vendor.replicated.com, Account Settings or Service Accounts. It is kept in VS Code’s secret storage.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : 'A token is one word.'),
    });
    if (token === undefined) return false;
    await this.#secrets.store(secretKey(team), token.trim());
    await this.#global.update(teamsKey, [...new Set([...this.#teams(), team])]);
    return this.#take(team);
  }

  async #take(team: string): Promise<true> {
    await this.#workspace.update(teamKey, team);
    await this.#changed();
    return true;
  }

  async #forget(team: string): Promise<false> {
    await this.#secrets.delete(secretKey(team));
    await this.#global.update(
      teamsKey,
      this.#teams().filter((each) => each !== team),
    );
    await this.#workspace.update(teamKey, undefined);
    await this.#changed();
    return false;
  }

  /** The chosen one, else the only one: a token never goes to work for a team that nobody chose. */
  #team(): string | undefined {
    const teams = this.#teams();
    const chosen = this.#workspace.get<string>(teamKey);
    if (chosen !== undefined && teams.includes(chosen)) return chosen;
    return teams.length === 1 ? teams[0] : undefined;
  }

  #teams(): readonly string[] {
    return this.#global.get<readonly string[]>(teamsKey) ?? [];
  }
}
