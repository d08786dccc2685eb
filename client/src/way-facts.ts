import { commands, type Disposable, type Memento, window } from 'vscode';
import type { StatusParams } from './protocol.ts';

/** What the walkthrough's steps are ticked off by. */
const names = [
  'imageInEcr',
  'registryLinked',
  'manifestRewritten',
  'releasePromoted',
  'podVerified',
] as const;
export type WayFact = (typeof names)[number];

/** When a walkthrough that was just opened has been read by VS Code, at the latest: milliseconds. */
const readWithin = [500, 3000];

/**
 * The facts of the walkthrough, as context keys `waybill.imageInEcr` …: those that the server sees, and those that a
 * command has seen, which are kept with the workspace.
 *
 * VS Code reads a walkthrough when it is first shown, and does not tick off a step whose event has happened before. So
 * each fact has two events, the values 1 and 2 of its key: the one that has not happened yet ticks the step off.
 */
export class WayFacts implements Disposable {
  readonly #state: Memento;
  readonly #shown = new Set<WayFact>();
  readonly #tabs: Disposable;
  #value: 1 | 2 = 1;

  constructor(state: Memento) {
    this.#state = state;
    for (const name of names) if (state.get(`waybill.fact.${name}`) === true) this.#show(name);
    this.#tabs = window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      // Walkthroughs are among the tabs that extensions are told nothing of.
      if (![...opened, ...changed].some(({ input, isActive }) => isActive && input === undefined)) return;
      for (const wait of readWithin) setTimeout(() => this.#showAgain(), wait);
    });
  }

  /** A command has seen it. */
  async set(name: WayFact): Promise<void> {
    await this.#state.update(`waybill.fact.${name}`, true);
    this.#show(name);
  }

  /** The server sees them. */
  update({ facts }: StatusParams): void {
    for (const name of names) if (facts?.[name] === true) this.#show(name);
  }

  dispose(): void {
    this.#tabs.dispose();
  }

  #show(name: WayFact): void {
    if (this.#shown.has(name)) return;
    this.#shown.add(name);
    void commands.executeCommand('setContext', `waybill.${name}`, this.#value);
  }

  #showAgain(): void {
    this.#value = this.#value === 1 ? 2 : 1;
    for (const name of this.#shown)
      void commands.executeCommand('setContext', `waybill.${name}`, this.#value);
  }
}
