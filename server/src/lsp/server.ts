import type { Connection, InitializeParams } from 'vscode-languageserver/node';
import { createAsker } from './asking/asker.ts';
import { createQuestioner, type Questioner } from './asking/questioner.ts';
import { statusSender } from './asking/status.ts';
import { type Capabilities, resolveCapabilities } from './capabilities.ts';
import { coalesced } from './coalesce.ts';
import { type Announcer, publishing, refreshing } from './diagnostics/announcer.ts';
import { createReports, type Reports } from './diagnostics/reports.ts';
import { createLayerList, type LayerList } from './layers/layer-list.ts';
import type { Made } from './layers/made.ts';
import { createScenarios, type Scenarios } from './layers/scenarios.ts';
import type { Log } from './log.ts';
import { createMirrors, type Mirrors } from './mirroring/mirrors.ts';
import { initialSettings, type Options, readOptions, type Settings, withSection } from './options.ts';
import type { Ports } from './ports.ts';
import { createVirtualDocuments, type VirtualDocuments } from './virtual-documents.ts';
import { createWorkspace, type Workspace } from './workspace/workspace.ts';

/** All that the handlers of one connection share. */
export interface Server {
  readonly connection: Connection;
  readonly capabilities: Capabilities;
  readonly options: Options;
  readonly ports: Ports;
  readonly log: Log;
  readonly workspace: Workspace;
  readonly reports: Reports;
  readonly announcer: Announcer;
  readonly questioner: Questioner;
  readonly mirrors: Mirrors;
  readonly scenarios: Scenarios;
  readonly virtualDocuments: VirtualDocuments;
  readonly layerList: LayerList;
  readonly settings: Settings;
  /** Takes in what the configuration's section `waybill` says. */
  configure(section: unknown): void;
  /** The person trusts the workspace now. */
  trust(): void;
  /** What releases become may be something else now. */
  previewsChanged(): void;
  /** Lets accounts be asked about again that the person refused. */
  readonly askPersonAgain: () => void;
  /** Stops everything; resolves when what was learnt is kept. */
  dispose(): Promise<void>;
}

export function createServer(
  connection: Connection,
  params: InitializeParams,
  ports: Ports,
  log: Log,
): Server {
  const capabilities = resolveCapabilities(params.capabilities);
  const options = readOptions(params.initializationOptions, ports.env);
  let settings = initialSettings(params.initializationOptions);
  const failed = (what: string) => (error: unknown) => log.error(what, error);

  const workspace = createWorkspace({
    settings: { app: options.app, environment: ports.env },
    log: log.info,
    onFolder: (folder) => questioner.tell(folder),
    onChange: (folder) => {
      for (const document of workspace.documents) if (document.folder === folder) questioner.touch(document);
      changed();
    },
  });
  const reports = createReports(workspace, () => settings.enable, ports.now());
  const announcer = (capabilities.pullDiagnostics ? refreshing : publishing)({
    connection,
    workspace,
    reports,
    ports,
    log,
  });
  const scenarios = createScenarios({
    workspace: () => workspace,
    said: options.scenarios,
    onChange: () => previewsChanged(),
    log: log.info,
  });
  // Needed by those who look at a preview, and large.
  let loaded: Promise<Made> | null = null;
  const made = (): Promise<Made> => {
    loaded ??= import('./layers/made.ts').then(({ createMade }) => createMade(workspace, scenarios));
    return loaded;
  };
  const layerList = createLayerList({ connection, made, ports, onError: failed('waybill/didChangeLayers') });
  const virtualDocuments = createVirtualDocuments({
    connection,
    workspace,
    made,
    ports,
    refreshes: capabilities.virtualDocuments,
    onError: failed('workspace/textDocumentContent/refresh'),
  });
  const { asker, spent, flush, askPersonAgain, confirmAccount, mayStartPrograms } = createAsker({
    connection,
    workspace,
    options,
    settings: () => settings,
    isUrgent: (question) => questioner.isUrgent(question),
    ports,
    log,
  });
  const questioner: Questioner = createQuestioner({
    folders: () => workspace.folders,
    documents: () => workspace.documents,
    asker,
    ports,
    restMs: options.restMs,
    onRest: () => {
      announcer.rested();
      sendStatus();
    },
    onLearnt: () => changed(),
    onBusy: () => sendStatus(),
    onError: failed('asking registries'),
  });
  const mirrors = createMirrors({
    confirmAccount,
    mayStartPrograms,
    profiles: () => settings.awsProfiles,
    log: log.info,
  });
  const sendStatus = options.status
    ? statusSender({
        connection,
        workspace,
        settings: () => settings,
        busy: () => questioner.busy,
        spent,
        ports,
        onError: failed('waybill/status'),
      })
    : () => {};

  const refreshInlayHints = coalesced(
    ports.soon,
    () => connection.languages.inlayHint.refresh(),
    failed('workspace/inlayHint/refresh'),
  );
  const previewsChanged = (): void => {
    virtualDocuments.changed();
    layerList.changed();
  };
  /** More than one text may now mean something else. */
  const changed = (): void => {
    announcer.everything();
    if (settings.inlayHints && capabilities.refreshInlayHints) refreshInlayHints();
    previewsChanged();
    sendStatus();
  };
  const applySettings = (next: Settings): void => {
    const before = settings;
    settings = next;
    if (before.inlayHints !== next.inlayHints && capabilities.refreshInlayHints) refreshInlayHints();
    const opens = (next.network && !before.network) || (next.trusted && !before.trusted);
    const profiles = JSON.stringify(before.awsProfiles) !== JSON.stringify(next.awsProfiles);
    if (!opens && !profiles && before.enable === next.enable && before.network === next.network) return;
    // What is out was asked under the old settings, and its answers would be about those.
    questioner.interrupt();
    if (!next.network || !next.enable) mirrors.interrupt();
    questioner.forgetUnknown();
    for (const document of workspace.documents) questioner.touch(document);
    changed();
  };

  workspace.setFolders(foldersOf(params), []);
  return {
    connection,
    capabilities,
    options,
    ports,
    log,
    workspace,
    reports,
    announcer,
    questioner,
    mirrors,
    scenarios,
    virtualDocuments,
    layerList,
    previewsChanged,
    get settings() {
      return settings;
    },
    configure: (section) => applySettings(withSection(settings, section)),
    trust: () => applySettings({ ...settings, trusted: true }),
    askPersonAgain,
    async dispose() {
      questioner.interrupt();
      mirrors.interrupt();
      workspace.dispose();
      await flush();
    },
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): string[] {
  if (workspaceFolders) return workspaceFolders.map(({ uri }) => uri);
  return rootUri ? [rootUri] : [];
}
