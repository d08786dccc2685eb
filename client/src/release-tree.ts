import { posix } from 'node:path';
import {
  type Command,
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  Uri,
  window,
} from 'vscode';
import { type LayerFile, type LayerProblem, type ListedRelease, serverCommands } from './protocol.ts';
import type { Server } from './server.ts';

const chooseScenario: Command = { title: 'Choose Scenario', command: 'waybill.chooseScenario' };

/** A row of the tree. */
interface Row {
  readonly item: TreeItem;
  readonly children: readonly Row[];
  /** For rows of files that come from one of the workspace. */
  readonly compared?: { readonly source: Uri; readonly layer: Uri; readonly path: string };
}

/** The layers of the open releases, as the admin console's View Files shows those of a version. */
export class ReleaseTree implements TreeDataProvider<Row>, Disposable {
  readonly #server: Server;
  readonly #changes = new EventEmitter<undefined>();
  readonly #view: TreeView<Row>;
  readonly onDidChangeTreeData = this.#changes.event;

  constructor(server: Server) {
    this.#server = server;
    this.#view = window.createTreeView('waybill.release', { treeDataProvider: this, showCollapseAll: true });
  }

  /** There may be other layers now. They are asked for when the view is to be seen. */
  refresh(): void {
    this.#changes.fire(undefined);
  }

  getTreeItem({ item }: Row): TreeItem {
    return item;
  }

  async getChildren(row?: Row): Promise<Row[]> {
    if (row !== undefined) return [...row.children];
    const running = await this.#server.whenStarted();
    const releases = running ? await this.#server.execute<ListedRelease[]>(serverCommands.layers, []) : [];
    const scenarios = new Set(releases.map(({ scenario }) => scenario));
    const [first, ...others] = releases;
    const [scenario] = scenarios;
    if (scenario !== undefined && scenarios.size === 1) this.#view.description = scenario;
    else if (this.#view.description !== undefined) this.#view.description = '';
    if (first === undefined) return [];
    return others.length === 0 ? rowsOf(first) : releases.map(releaseRow);
  }

  dispose(): void {
    this.#view.dispose();
    this.#changes.dispose();
  }
}

/** What a row of a file has to compare with its source. @throws Error for any other row */
export function comparedIn(row: unknown): NonNullable<Row['compared']> {
  const { compared } = (row ?? {}) as Partial<Row>;
  if (compared === undefined)
    throw new Error('choose a file of the view “Release” that comes from one of yours.');
  return compared;
}

function releaseRow(release: ListedRelease): Row {
  const item = new TreeItem(release.name, TreeItemCollapsibleState.Expanded);
  item.id = release.uri;
  item.description = release.scenario;
  item.iconPath = new ThemeIcon('package');
  return { item, children: rowsOf(release) };
}

function rowsOf(release: ListedRelease): Row[] {
  return [
    scenarioRow(release),
    ...problemRows(release),
    ...folderRows(release.files, '', release),
    ...sentenceRows(release.uri, 'Assumed', 'question', release.assumed),
    ...sentenceRows(release.uri, 'Only a Customer Knows', 'account', release.unknown),
  ];
}

/** Who the layers are for; a view that is alone in its container shows no description. */
function scenarioRow({ uri, scenario }: ListedRelease): Row {
  const item = new TreeItem('Scenario');
  item.id = `${uri}#scenario`;
  item.description = scenario;
  item.tooltip = scenario;
  item.iconPath = new ThemeIcon('organization');
  item.command = chooseScenario;
  return { item, children: [] };
}

/** What each layer is, for those who have not seen an archive of the app manager's. */
const layerWords: Readonly<Record<string, string>> = {
  upstream: 'as released',
  base: 'templates filled in',
  overlays: 'images and pull secrets',
  rendered: 'what is installed',
  kotsKinds: 'what the app manager reads',
  helm: 'values of charts',
  skippedFiles: 'left out',
};

/** The rows of a folder: its folders as they come, then its files. @param folder with `/` at its end, or '' */
function folderRows(files: readonly LayerFile[], folder: string, release: ListedRelease): Row[] {
  const below = new Map<string, LayerFile[]>();
  const own: Row[] = [];
  for (const file of files) {
    const rest = file.path.slice(folder.length);
    const slash = rest.indexOf('/');
    if (slash === -1) own.push(fileRow(file, release));
    else below.set(rest.slice(0, slash), [...(below.get(rest.slice(0, slash)) ?? []), file]);
  }
  const folders = [...below].map(([name, inside]): Row => {
    const path = `${folder}${name}/`;
    const item = new TreeItem(name, TreeItemCollapsibleState.Collapsed);
    item.id = `${release.uri}#${path}`;
    item.iconPath = ThemeIcon.Folder;
    const words = folder === '' ? layerWords[name] : undefined;
    if (words !== undefined) item.description = words;
    return { item, children: folderRows(inside, path, release) };
  });
  return [...folders, ...own];
}

function fileRow({ path, uri, source }: LayerFile, release: ListedRelease): Row {
  const layer = Uri.parse(uri);
  const item = new TreeItem(posix.basename(path));
  item.id = `${release.uri}#${path}`;
  item.iconPath = ThemeIcon.File;
  item.resourceUri = layer;
  item.tooltip = source === null ? path : `${path}\nfrom ${Uri.parse(source).fsPath}`;
  item.command = { title: 'Open', command: 'vscode.open', arguments: [layer, { preview: true }] };
  if (source === null) return { item, children: [] };
  item.contextValue = 'layerOfSource';
  return { item, children: [], compared: { source: Uri.parse(source), layer, path } };
}

const effects: Readonly<Record<LayerProblem['effect'], { icon: string; words: string }>> = {
  refused: { icon: 'error', words: 'The app manager refuses the version' },
  skipped: { icon: 'warning', words: 'Left out' },
  unseen: { icon: 'info', words: 'Not previewed' },
};

function problemRows({ uri, problems }: ListedRelease): Row[] {
  if (problems.length === 0) return [];
  const item = new TreeItem('Problems', TreeItemCollapsibleState.Expanded);
  item.id = `${uri}#problems`;
  item.description = `${problems.length}`;
  item.iconPath = new ThemeIcon(problems.some(({ effect }) => effect === 'refused') ? 'error' : 'warning');
  const children = problems.map(({ path, message, effect, source }, index): Row => {
    const row = new TreeItem(path === '' ? 'Scenario' : path);
    row.id = `${uri}#problems/${index}`;
    row.description = message;
    row.tooltip = new MarkdownString().appendText(`${effects[effect].words}: ${message}`);
    row.iconPath = new ThemeIcon(effects[effect].icon);
    if (source !== null)
      row.command = { title: 'Open', command: 'vscode.open', arguments: [Uri.parse(source)] };
    else if (path === '') row.command = chooseScenario;
    return { item: row, children: [] };
  });
  return [{ item, children }];
}

function sentenceRows(uri: string, label: string, icon: string, sentences: readonly string[]): Row[] {
  if (sentences.length === 0) return [];
  const item = new TreeItem(label, TreeItemCollapsibleState.Collapsed);
  item.id = `${uri}#${label}`;
  item.description = `${sentences.length}`;
  item.iconPath = new ThemeIcon(icon);
  const children = sentences.map((sentence): Row => {
    const row = new TreeItem(sentence);
    row.id = `${uri}#${label}/${sentence}`;
    row.tooltip = new MarkdownString().appendText(sentence);
    return { item: row, children: [] };
  });
  return [{ item, children }];
}
