import {
  type Command,
  commands,
  type Disposable,
  type LanguageStatusItem,
  LanguageStatusSeverity,
  type LogOutputChannel,
  languages,
  type QuickPickItem,
  QuickPickItemKind,
  window,
} from 'vscode';
import { isNetworkOn } from './network.ts';
import type { RegistryState, RegistryStatus, StatusParams } from './protocol.ts';

/** How each state looks, and how bad it is. Being offline or untrusted is a choice, not a fault. */
const looks: Record<RegistryState, { icon: string; severity: LanguageStatusSeverity }> = {
  ok: { icon: 'pass', severity: LanguageStatusSeverity.Information },
  offline: { icon: 'debug-disconnect', severity: LanguageStatusSeverity.Information },
  untrusted: { icon: 'shield', severity: LanguageStatusSeverity.Information },
  'account-not-registered': { icon: 'circle-slash', severity: LanguageStatusSeverity.Information },
  throttled: { icon: 'watch', severity: LanguageStatusSeverity.Warning },
  unreachable: { icon: 'debug-disconnect', severity: LanguageStatusSeverity.Warning },
  'no-credentials': { icon: 'key', severity: LanguageStatusSeverity.Warning },
  'session-expired': { icon: 'key', severity: LanguageStatusSeverity.Warning },
  denied: { icon: 'error', severity: LanguageStatusSeverity.Error },
};

/** One line in the language status of YAML files, and the list behind it. */
export class StatusView implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #item: LanguageStatusItem;
  #registries: readonly RegistryStatus[] = [];

  constructor(log: LogOutputChannel) {
    this.#log = log;
    this.#item = languages.createLanguageStatusItem('waybill.registries', { language: 'yaml' });
    this.#item.name = 'Waybill';
    this.stopped();
  }

  update({ registries, busy }: StatusParams): void {
    this.#registries = registries;
    const worst = registries.reduce<RegistryStatus | undefined>(
      (found, each) => (found && severity(found) >= severity(each) ? found : each),
      undefined,
    );
    this.#item.busy = busy;
    this.#item.command = worst !== undefined && canSignIn(worst) ? signInTo(worst) : showRegistries;
    this.#item.severity = worst ? severity(worst) : LanguageStatusSeverity.Information;
    if (worst === undefined) {
      this.#item.text = 'Waybill';
      this.#item.detail = 'no registry asked yet';
    } else if (worst.state === 'ok') {
      this.#item.text = 'Waybill';
      this.#item.detail =
        registries.length === 1 ? `${worst.host} answers` : `${registries.length} registries answer`;
    } else {
      this.#item.text = `Waybill: ${worst.text}`;
      this.#item.detail = worst.host;
    }
  }

  stopped(): void {
    this.#registries = [];
    this.#item.busy = false;
    this.#item.command = showRegistries;
    this.#item.severity = LanguageStatusSeverity.Information;
    this.#item.text = 'Waybill';
    this.#item.detail = 'not running';
  }

  /** Lists the registries with their reasons, and what can be done. */
  async pick(): Promise<void> {
    const registries = [...this.#registries].sort((a, b) => severity(b) - severity(a));
    const check: QuickPickItem = { label: '$(sync) Check the release again' };
    const showLog: QuickPickItem = { label: '$(output) Show the log' };
    const network: QuickPickItem = isNetworkOn()
      ? { label: '$(debug-disconnect) Turn network off' }
      : { label: '$(plug) Turn network on' };
    const rows = registries.map((registry) => ({
      label: `$(${looks[registry.state].icon}) ${registry.host}`,
      description: registry.text,
      detail: detailOf(registry),
      registry,
    }));
    const items: QuickPickItem[] = [
      ...rows,
      { label: '', kind: QuickPickItemKind.Separator },
      check,
      network,
      showLog,
    ];
    const picked = await window.showQuickPick(items, {
      title: 'Waybill: registries',
      placeHolder: registries.length === 0 ? 'No registry was asked yet' : 'What the registries said',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    const row = rows.find((each) => each === picked);
    if (picked === check) await commands.executeCommand('waybill.checkRelease');
    else if (picked === network)
      await commands.executeCommand(isNetworkOn() ? 'waybill.turnNetworkOff' : 'waybill.turnNetworkOn');
    else if (row !== undefined && canSignIn(row.registry)) {
      const { command, arguments: args = [] } = signInTo(row.registry);
      await commands.executeCommand(command, ...args);
    } else if (picked !== undefined) this.#log.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

const showRegistries: Command = { title: 'Show', command: 'waybill.showStatus' };

const signInTo = ({ profile }: RegistryStatus): Command => ({
  title: 'Sign In',
  command: 'waybill.signIn',
  arguments: profile ? [profile] : [],
});

/** Whether signing in would help; a server that does not say has an expired session for one that it would. */
const canSignIn = ({ state, action }: RegistryStatus): boolean =>
  action === undefined ? state === 'session-expired' : action === 'sign-in';

/** The reason, and how it came to it: as whom the registry was asked, how often, what waits. */
function detailOf({ detail, as, calls, waiting, throttledUntil }: RegistryStatus): string {
  const facts = [
    as ? `asked as ${as}` : '',
    calls ? `${calls} call${calls === 1 ? '' : 's'}` : '',
    waiting ? `${waiting} waiting` : '',
    throttledUntil ? `paused until ${new Date(throttledUntil).toLocaleTimeString()}` : '',
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? detail : `${detail} (${facts.join(', ')})`;
}

function severity(registry: RegistryStatus): LanguageStatusSeverity {
  return looks[registry.state].severity;
}
