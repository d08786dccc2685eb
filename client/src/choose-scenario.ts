import {
  type QuickPickItem,
  QuickPickItemKind,
  RelativePattern,
  type WorkspaceFolder,
  window,
  workspace,
} from 'vscode';
import { chosenFolder } from './folder.ts';
import { pick, type Step } from './pick.ts';
import type { ChosenScenario } from './protocol.ts';
import { keptPath, type Scenarios } from './scenarios.ts';

/** A list to choose one part of a scenario from. */
type Part = Omit<Step<PartItem>, 'title' | 'back'> & {
  readonly label: string;
  readonly icon: string;
  /** What the scenario says of it, for the list of all parts. */
  said(scenario: ChosenScenario): string;
};

/** What choosing it makes of the scenario; null where the person then gave up. */
interface PartItem extends QuickPickItem {
  change(scenario: Draft): Promise<Draft | null> | Draft;
}

type Draft = ChosenScenario;

const title = 'Scenario';

/**
 * Has the person say how a customer installs, part by part, from a list that shows what is chosen so far and comes
 * back after each. Every choice holds at once.
 */
export async function chooseScenario(scenarios: Scenarios): Promise<void> {
  const folder = await chosenFolder('Whose scenario?');
  if (folder === undefined) return;
  const parts = partsOf(folder);
  for (;;) {
    const scenario = scenarios.of(folder.uri);
    const rows = parts.map((part) => ({
      label: `$(${part.icon}) ${part.label}`,
      description: part.said(scenario),
      part,
    }));
    const separator = { label: '', kind: QuickPickItemKind.Separator, part: null };
    const reset = { label: '$(discard) Reset to Default', part: null };
    const isDefault = Object.keys(scenario).length === 0;
    const picked = await pick<QuickPickItem & { part: Part | null }>({
      title,
      placeholder: 'How does the customer install?',
      back: false,
      items: async () => (isDefault ? rows : [...rows, separator, reset]),
    });
    if (picked === undefined || picked === 'back') return;
    const { part } = picked.chosen;
    if (part === null) {
      await scenarios.choose(folder.uri, {});
      continue;
    }
    const choice = await pick<PartItem>({ ...part, title: `${title}: ${part.label}`, back: true });
    if (choice === undefined) return;
    if (choice === 'back') continue;
    const changed = await choice.chosen.change(scenario);
    if (changed !== null) await scenarios.choose(folder.uri, changed);
  }
}

function partsOf(folder: WorkspaceFolder): Part[] {
  return [
    installer,
    network,
    localRegistry,
    text('Channel', 'git-branch', 'channel', 'as the licence says', 'A channel, as templates are told it'),
    text('Version', 'tag', 'versionLabel', 'none', 'A version’s label, as templates are told it'),
    domain('Proxy Domain', 'proxyDomain'),
    domain('Registry Domain', 'registryDomain'),
    file(folder, 'Config Values', 'settings', 'config', 'ConfigValues', 'the defaults'),
    file(folder, 'Licence', 'key', 'license', 'License', 'none'),
    file(folder, 'Installation', 'server-process', 'installation', 'Installation', 'none'),
    conditions,
  ];
}

const installers = {
  kots: 'KOTS',
  'embedded-cluster-2': 'Embedded Cluster 2',
  'embedded-cluster-3': 'Embedded Cluster 3',
  helm: 'Helm',
} as const;

const installer: Part = {
  label: 'Installer',
  icon: 'package',
  placeholder: 'What installs the release',
  said: ({ installer: name }) => (name === undefined ? 'as the release says' : installers[name]),
  items: async () => [
    { label: 'As the Release Says', change: (scenario) => without(scenario, 'installer') },
    ...(Object.entries(installers) as [keyof typeof installers, string][]).map(([name, label]) => ({
      label,
      change: (scenario: Draft) => ({ ...scenario, installer: name }),
    })),
  ],
};

const network: Part = {
  label: 'Network',
  icon: 'cloud',
  placeholder: 'Whether the customer’s cluster reaches the internet',
  said: ({ airgap }) => (airgap ? 'air gap' : 'online'),
  items: async () => [
    { label: 'Online', change: (scenario) => without(scenario, 'airgap') },
    { label: 'Air Gap', change: (scenario) => ({ ...scenario, airgap: true }) },
  ],
};

const conditions: Part = {
  label: 'Unknown Conditions',
  icon: 'question',
  placeholder: 'What an “if” comes to that only a customer can decide',
  said: ({ unknownsFail }) => (unknownsFail ? 'fail' : 'hold'),
  items: async () => [
    { label: 'Hold', change: (scenario) => without(scenario, 'unknownsFail') },
    { label: 'Fail', change: (scenario) => ({ ...scenario, unknownsFail: true }) },
  ],
};

const localRegistry: Part = {
  label: 'Local Registry',
  icon: 'server',
  placeholder: 'The customer’s own registry: registry.corp:5000/namespace',
  said: ({ localRegistry: host, localRegistryNamespace: namespace }) =>
    host === undefined ? 'none' : [host, namespace].filter(Boolean).join('/'),
  items: async () => [
    {
      label: 'None',
      change: (scenario) => without(scenario, 'localRegistry', 'localRegistryNamespace'),
    },
  ],
  typed(typed) {
    const [, host, namespace] = /^([\w.-]+(?::\d+)?)(?:\/([\w./-]+))?$/.exec(typed) ?? [];
    if (host === undefined) return null;
    return {
      ...asTyped(typed),
      change: (scenario) => ({
        ...without(scenario, 'localRegistryNamespace'),
        localRegistry: host,
        ...(namespace === undefined ? {} : { localRegistryNamespace: namespace }),
      }),
    };
  },
};

type TextField = 'channel' | 'versionLabel' | 'proxyDomain' | 'registryDomain';

/** A part that is typed. */
function text(
  label: string,
  icon: string,
  field: TextField,
  byDefault: string,
  placeholder: string,
  isFit: (typed: string) => boolean = () => true,
): Part {
  return {
    label,
    icon,
    placeholder,
    said: (scenario) => scenario[field] ?? byDefault,
    items: async () => [
      { label: 'Default', description: byDefault, change: (scenario) => without(scenario, field) },
    ],
    typed: (typed) =>
      isFit(typed) ? { ...asTyped(typed), change: (scenario) => ({ ...scenario, [field]: typed }) } : null,
  };
}

const domain = (label: string, field: TextField): Part =>
  text(label, 'globe', field, 'as the release says', 'A host: images.example.com', (typed) =>
    /^[\w.-]+(?::\d+)?$/.test(typed),
  );

type FileField = 'config' | 'license' | 'installation';

/** A part that is one of the customer's files: of the folder, from elsewhere, or as typed. */
function file(
  folder: WorkspaceFolder,
  label: string,
  icon: string,
  field: FileField,
  kind: string,
  byDefault: string,
): Part {
  const taking = (path: string) => (scenario: Draft) => ({ ...scenario, [field]: path });
  return {
    label,
    icon,
    placeholder: `A file with a ${kind} of kots.io`,
    said: (scenario) => scenario[field] ?? byDefault,
    items: async () => [
      { label: 'None', change: (scenario) => without(scenario, field) },
      ...(await filesOf(folder, kind)).map((path) => ({ label: path, change: taking(path) })),
      {
        label: '$(folder-opened) Choose a File…',
        async change(scenario) {
          const [chosen] = (await window.showOpenDialog({ defaultUri: folder.uri, title: label })) ?? [];
          return chosen === undefined ? null : taking(keptPath(folder, chosen))(scenario);
        },
      },
    ],
    typed: (typed) => (/\.ya?ml$/i.test(typed) ? { ...asTyped(typed), change: taking(typed) } : null),
  };
}

/** The most files of a folder that are looked into for a list. */
const MOST_FILES = 300;

/** The folder's files that hold a kind of the app manager's. */
async function filesOf(folder: WorkspaceFolder, kind: string): Promise<string[]> {
  const found = await workspace.findFiles(
    new RelativePattern(folder, '**/*.{yaml,yml}'),
    '**/node_modules/**',
    MOST_FILES,
  );
  const isKind = new RegExp(`^kind:[ \\t]*["']?${kind}["']?[ \\t]*$`, 'm');
  const paths = await Promise.all(
    found.map(async (uri) => {
      const read = await Promise.resolve(workspace.fs.readFile(uri)).catch(() => new Uint8Array());
      const content = new TextDecoder().decode(read);
      return isKind.test(content) && content.includes('kots.io/') ? [keptPath(folder, uri)] : [];
    }),
  );
  return paths.flat().sort();
}

function without(scenario: Draft, ...fields: readonly (keyof Draft)[]): Draft {
  return Object.fromEntries(
    Object.entries(scenario).filter(([field]) => !fields.some((one) => one === field)),
  );
}

const asTyped = (label: string): { label: string; description: string } => ({
  label,
  description: 'as typed',
});
