import { type ExtensionContext, type Memento, type SecretStorage, window } from 'vscode';

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

  constructor({ secrets, globalState, workspaceState }: ExtensionContext) {
    this.#secrets = secrets;
    this.#global = globalState;
    this.#workspace = workspaceState;
  }

  /** What the portal is asked with: the chosen team's token, else the environment's, else nothing. */
  async environment(): Promise<Record<string, string>> {
    const team = this.#workspace.get<string>(teamKey) ?? this.#teams()[0];
    const token = team === undefined ? undefined : await this.#secrets.get(secretKey(team));
    return token === undefined ? {} : { REPLICATED_API_TOKEN: token };
  }

  /** The same, after the person was asked for a token where there is none. Null where they gave none. */
  async required(): Promise<Record<string, string> | null> {
    const known = await this.environment();
    if (Object.keys(known).length > 0 || process.env.REPLICATED_API_TOKEN) return known;
    return (await this.choose()) ? this.environment() : null;
  }

  /** Has the person choose a team, or give the token of another one. Whether they did. */
  async choose(): Promise<boolean> {
    const teams = this.#teams();
    const other = '$(add) Another Team…';
    const chosen =
      teams.length === 0
        ? other
        : await window.showQuickPick([...teams, other], {
            title: 'Vendor Portal',
            placeHolder: 'Which team’s releases are these?',
          });
    if (chosen === undefined) return false;
    if (chosen !== other) {
      await this.#workspace.update(teamKey, chosen);
      return true;
    }
    const team = await window.showInputBox({
      title: 'Vendor Portal: Team',
      prompt: 'A name for the team, to tell its token from others',
      value: teams.length === 0 ? 'my team' : '',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? 'A name is needed.' : undefined),
    });
    if (team === undefined) return false;
    const token = await window.showInputBox({
      title: `Vendor Portal: Token of ${team.trim()}`,
      prompt:
        'An API token (vendor.replicated.com, Account Settings or Service Accounts). It goes into the keychain.',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (/^\S+$/.test(text.trim()) ? undefined : 'A token is one word.'),
    });
    if (token === undefined) return false;
    await this.#secrets.store(secretKey(team.trim()), token.trim());
    await this.#global.update(teamsKey, [...new Set([...teams, team.trim()])]);
    await this.#workspace.update(teamKey, team.trim());
    return true;
  }

  #teams(): readonly string[] {
    return this.#global.get<readonly string[]>(teamsKey) ?? [];
  }
}
