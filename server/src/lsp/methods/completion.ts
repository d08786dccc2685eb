import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  MarkupKind,
} from 'vscode-languageserver/node';
import type { CompletionItem as Offer } from '../../core/features/completion.ts';
import type { TemplateCompletionItem as Word } from '../../core/features/templates/completion.ts';
import type { Capabilities } from '../capabilities.ts';
import { plainText } from '../plain-text.ts';
import type { Server } from '../server.ts';

/** What is typed between the parts of an image's name. */
const imageTriggers: readonly string[] = ['/', ':', '@'];
/** What is typed before a function's name or an option's in a template; in the rest of YAML it is everywhere. */
const templateTriggers: readonly string[] = ['"', '`', ' ', '(', '{'];
export const completionTriggers = [...imageTriggers, ...templateTriggers];

/** `textDocument/completion`: what is known now; what would be good to know is asked for meanwhile. */
export const completion =
  (server: Server) =>
  async ({ textDocument, position, context }: CompletionParams): Promise<CompletionList | null> => {
    const { workspace, ports, questioner, capabilities } = server;
    const [{ completionAt }, { templateCompletionAt }] = await Promise.all([
      import('../../core/features/completion.ts'),
      import('../../core/features/templates/completion.ts'),
    ]);
    // Only the disk is waited for: before all files are read, nobody knows what the document belongs to.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return null;
    const { snapshot } = place.folder;
    const words = templateCompletionAt(snapshot, place.path, position);
    if (words !== null)
      return { isIncomplete: false, items: words.map((word, i) => templateItem(word, i, capabilities)) };
    if (templateTriggers.includes(context?.triggerCharacter ?? '')) return null;
    const found = completionAt(snapshot, place.path, position, ports.now());
    if (found === null) return null;
    questioner.want(found.wants);
    return {
      isIncomplete: found.incomplete,
      items: found.items.map((offer, i) => itemOf(offer, i, capabilities)),
    };
  };

const kinds: Readonly<Record<Offer['kind'] | Word['kind'], CompletionItemKind>> = {
  host: CompletionItemKind.Module,
  repository: CompletionItemKind.Folder,
  tag: CompletionItemKind.Value,
  digest: CompletionItemKind.Constant,
  function: CompletionItemKind.Function,
  keyword: CompletionItemKind.Keyword,
  option: CompletionItemKind.Variable,
  field: CompletionItemKind.Field,
  value: CompletionItemKind.EnumMember,
};

/** @param place in our order, which the client is to keep */
const itemOf = (
  { kind, label, detail, range, newText }: Offer | Word,
  place: number,
  { completionLabelDetails }: Capabilities,
): CompletionItem => ({
  label,
  kind: kinds[kind],
  sortText: String(place).padStart(4, '0'),
  filterText: label,
  textEdit: { range, newText },
  ...(detail === null ? {} : completionLabelDetails ? { labelDetails: { description: detail } } : {}),
  ...(detail === null ? {} : { detail }),
});

function templateItem(word: Word, place: number, capabilities: Capabilities): CompletionItem {
  const item = itemOf(word, place, capabilities);
  if (word.documentation === null) return item;
  const { markdownCompletion } = capabilities;
  return {
    ...item,
    documentation: markdownCompletion
      ? { kind: MarkupKind.Markdown, value: word.documentation }
      : plainText(word.documentation),
  };
}
