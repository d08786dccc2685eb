import { type Memento, window } from 'vscode';
import type { ConfirmAccountParams } from './protocol.ts';

/**
 * The person's word on which AWS accounts may be asked with their credentials. A yes is remembered on this machine, for
 * all workspaces; a no until the window closes or the person asks for a check.
 */
export class AccountConsent {
  readonly #memory: Memento;
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(memory: Memento) {
    this.#memory = memory;
  }

  async confirm(params: ConfirmAccountParams): Promise<boolean> {
    const key = keyOf(params);
    if (this.#memory.get<boolean>(key) === true) return true;
    // Several questions about one account are one question to the person.
    let answer = this.#asked.get(key);
    if (answer === undefined) {
      answer = ask(params);
      this.#asked.set(key, answer);
    }
    if (!(await answer)) return false;
    await this.#memory.update(key, true);
    return true;
  }

  /** Forgets what was refused. */
  askAgain(): void {
    this.#asked.clear();
  }
}

/** A program is allowed for itself: whoever lets an account be asked has not let anything be started. */
const keyOf = ({ account, program }: ConfirmAccountParams): string =>
  program === undefined ? `account ${account}` : `account ${account} program ${program}`;

async function ask({ account, region, release, program }: ConfirmAccountParams): Promise<boolean> {
  if (program !== undefined) {
    const start = 'Start It';
    const said = `To look up images of the AWS account ${account} (${region}), AWS’s configuration wants this program started for the credentials: ${program}`;
    return (await window.showInformationMessage(said, start, 'Not now')) === start;
  }
  const yes = 'Ask ECR';
  const where = release === undefined ? 'This release' : `The release ${release}`;
  const choice = await window.showInformationMessage(
    `${where} uses images of the AWS account ${account} (${region}). May Waybill look them up in Amazon ECR with your AWS credentials? It only reads.`,
    yes,
    'Not now',
  );
  return choice === yes;
}
