import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
} from 'vscode-languageserver/node';
import { completionAt, type CompletionItem as Offer } from '../../core/features/completion.ts';
import type { Server } from '../server.ts';

/** What is typed between the parts of an image's name. */
export const completionTriggers = ['/', ':', '@'];

/** `textDocument/completion`: what is known now; what would be good to know is asked for meanwhile. */
export const completion =
  (server: Server) =>
  async ({ textDocument, position }: CompletionParams): Promise<CompletionList | null> => {
    const { workspace, ports, questioner, capabilities } = server;
    // Only the disk is waited for: before all files are read, nobody knows what the document belongs to.
    await workspace.find(textDocument.uri)?.folder.ready();
    const place = workspace.find(textDocument.uri);
    if (place === null || !server.settings.enable) return null;
    const found = completionAt(place.folder.snapshot, place.path, position, ports.now());
    if (found === null) return null;
    questioner.want(found.wants);
    return {
      isIncomplete: found.incomplete,
      items: found.items.map((offer, i) => itemOf(offer, i, capabilities.completionLabelDetails)),
    };
  };

const kinds: Readonly<Record<Offer['kind'], CompletionItemKind>> = {
  host: CompletionItemKind.Module,
  repository: CompletionItemKind.Folder,
  tag: CompletionItemKind.Value,
  digest: CompletionItemKind.Constant,
};

/** @param place in our order, which the client is to keep */
const itemOf = (
  { kind, label, detail, range, newText }: Offer,
  place: number,
  labelDetails: boolean,
): CompletionItem => ({
  label,
  kind: kinds[kind],
  sortText: String(place).padStart(4, '0'),
  filterText: label,
  textEdit: { range, newText },
  ...(detail === null ? {} : labelDetails ? { labelDetails: { description: detail } } : {}),
  ...(detail === null ? {} : { detail }),
});
