import { commands, type Memento } from 'vscode';
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

/**
 * The facts of the walkthrough, as context keys `waybill.imageInEcr` …: those that the server sees, and those that a
 * command has seen, which are kept with the workspace.
 */
export class WayFacts {
  readonly #state: Memento;
  readonly #shown = new Set<WayFact>();

  constructor(state: Memento) {
    this.#state = state;
    for (const name of names) if (state.get(`waybill.fact.${name}`) === true) void this.#show(name);
  }

  /** A command has seen it. */
  async set(name: WayFact): Promise<void> {
    await this.#state.update(`waybill.fact.${name}`, true);
    await this.#show(name);
  }

  /** The server sees them. */
  update({ facts }: StatusParams): void {
    for (const name of names) if (facts?.[name] === true) void this.#show(name);
  }

  async #show(name: WayFact): Promise<void> {
    if (this.#shown.has(name)) return;
    this.#shown.add(name);
    await commands.executeCommand('setContext', `waybill.${name}`, true);
  }
}
