import { type CancellationToken, type QuickPickItem, Range, WorkspaceEdit, window, workspace } from 'vscode';
import { pick, type Step } from './pick.ts';
import { type Insertion, type PickableRegistry, type PickedList, serverCommands } from './protocol.ts';
import { openRegistries, regionItem } from './registries.ts';
import type { Server } from './server.ts';

/** An image that is being chosen, part by part. */
interface Choice {
  account?: string;
  registry?: PickableRegistry;
  repository?: string;
  tag?: string;
}

/**
 * Has the person choose an image of a private ECR registry, and puts it where the caret is: in the place of the image
 * that is named there, or as text.
 */
export async function insertImage(server: Server): Promise<void> {
  const editor = window.activeTextEditor;
  if (editor === undefined) throw new Error('open a manifest of the release first.');
  const { document } = editor;
  const { line, character } = editor.selection.active;
  const choice = await chooseImage(server, await openRegistries(server));
  if (choice === undefined) return;
  const image = {
    host: choice.registry?.host,
    repository: choice.repository,
    tag: choice.tag ?? null,
    digest: null,
  };
  const uri = document.uri.toString();
  const insertion = await server.execute<Insertion | null>(serverCommands.insertion, [
    uri,
    { line, character },
    image,
  ]);
  if (insertion === null)
    throw new Error('the image that is named here cannot be replaced without changing something else.');
  if (insertion.version !== null && insertion.version !== document.version)
    throw new Error('the document has changed meanwhile. Try again.');
  const edit = new WorkspaceEdit();
  for (const { range, newText } of insertion.edits)
    edit.replace(
      document.uri,
      new Range(range.start.line, range.start.character, range.end.line, range.end.character),
      newText,
    );
  await workspace.applyEdit(edit);
}

/** Account, region, repository, tag; where there is but one account or region, nobody is asked for it. */
async function chooseImage(
  server: Server,
  registries: readonly PickableRegistry[],
): Promise<Choice | undefined> {
  const choice: Choice = {};
  const steps = [
    accountStep(registries, choice),
    regionStep(registries, choice),
    repositoryStep(server, choice),
    tagStep(server, choice),
  ];
  /** The steps that were shown, to go back to. */
  const shown: number[] = [];
  for (let at = 0; at < steps.length; ) {
    const step = steps[at]?.();
    if (step === undefined) {
      at++;
      continue;
    }
    const picked = await pick({ ...step.list, back: shown.length > 0 });
    if (picked === undefined) return undefined;
    if (picked === 'back') at = shown.pop() ?? 0;
    else {
      step.take(picked.chosen);
      shown.push(at++);
    }
  }
  return choice;
}

interface ChoiceStep {
  readonly list: Omit<Step<ChoiceItem>, 'back'>;
  take(item: ChoiceItem): void;
}

interface ChoiceItem extends QuickPickItem {
  readonly registry?: PickableRegistry;
}

/** Makes a step; undefined where there is nothing to choose. */
type MakeStep = () => ChoiceStep | undefined;

const title = 'Insert ECR Image';

function accountStep(registries: readonly PickableRegistry[], choice: Choice): MakeStep {
  return () => {
    const accounts = [...new Set(registries.map(({ account }) => account))];
    const [first] = accounts;
    if (first !== undefined) choice.account = first;
    if (accounts.length === 1) return undefined;
    const regions = (account: string): string =>
      registries
        .filter((each) => each.account === account)
        .map(({ region }) => region)
        .join(', ');
    return {
      list: {
        title,
        placeholder: 'AWS account',
        items: async () => accounts.map((account) => ({ label: account, description: regions(account) })),
      },
      take: ({ label }) => {
        choice.account = label;
      },
    };
  };
}

function regionStep(registries: readonly PickableRegistry[], choice: Choice): MakeStep {
  return () => {
    const found = registries.filter(({ account }) => account === choice.account);
    if (found[0] !== undefined) choice.registry = found[0];
    if (found.length === 1) return undefined;
    return {
      list: {
        title: `${title}: ${choice.account}`,
        placeholder: 'Region',
        items: async () => found.map(regionItem),
      },
      take: ({ registry }) => {
        if (registry !== undefined) choice.registry = registry;
      },
    };
  };
}

function repositoryStep(server: Server, choice: Choice): MakeStep {
  return () => ({
    list: {
      title: `${title}: ${choice.registry?.host}`,
      placeholder: 'Repository',
      items: (token) => named(server, serverCommands.repositories, [choice.registry?.host], token),
      typed: asTyped,
    },
    take: ({ label }) => {
      choice.repository = label;
    },
  });
}

function tagStep(server: Server, choice: Choice): MakeStep {
  return () => ({
    list: {
      title: `${title}: ${choice.registry?.host}/${choice.repository}`,
      placeholder: 'Tag',
      items: (token) => named(server, serverCommands.tags, [choice.registry?.host, choice.repository], token),
      typed: asTyped,
    },
    take: ({ label }) => {
      choice.tag = label;
    },
  });
}

/** What a command lists, and why that is not all: without a label, so that it cannot be chosen. */
async function named(
  server: Server,
  command: string,
  args: readonly unknown[],
  token: CancellationToken,
): Promise<ChoiceItem[]> {
  const { items, complete, reason } = await server.execute<PickedList>(command, args, token);
  const rows: ChoiceItem[] = items.map(({ name, detail }) => ({ label: name, description: detail ?? '' }));
  if (!complete && reason !== null) rows.push({ label: '', description: reason, alwaysShow: true });
  return rows;
}

/** Whoever may not list names may still know one. */
const asTyped = (text: string): ChoiceItem | null =>
  /^[\w./-]+$/.test(text) ? { label: text, description: 'as typed' } : null;
