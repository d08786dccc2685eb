import {
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
    this.#item.command = { title: 'Show', command: 'waybill.showStatus' };
    this.stopped();
  }

  update({ registries, busy }: StatusParams): void {
    this.#registries = registries;
    const worst = registries.reduce<RegistryStatus | undefined>(
      (found, each) => (found && severity(found) >= severity(each) ? found : each),
      undefined,
    );
    this.#item.busy = busy;
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
    this.#item.severity = LanguageStatusSeverity.Information;
    this.#item.text = 'Waybill';
    this.#item.detail = 'not running';
  }

  /** Lists the registries with their reasons, and what can be done. */
  async pick(): Promise<void> {
    const registries = [...this.#registries].sort((a, b) => severity(b) - severity(a));
    const check: QuickPickItem = { label: '$(sync) Check the release again' };
    const showLog: QuickPickItem = { label: '$(output) Show the log' };
    const items: QuickPickItem[] = [
      ...registries.map(({ host, state, text, detail }) => ({
        label: `$(${looks[state].icon}) ${host}`,
        description: text,
        detail,
      })),
      { label: '', kind: QuickPickItemKind.Separator },
      check,
      showLog,
    ];
    const picked = await window.showQuickPick(items, {
      title: 'Waybill: registries',
      placeHolder: registries.length === 0 ? 'No registry was asked yet' : 'What the registries said',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked === check) await commands.executeCommand('waybill.checkRelease');
    else if (picked !== undefined) this.#log.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}

function severity(registry: RegistryStatus): LanguageStatusSeverity {
  return looks[registry.state].severity;
}
