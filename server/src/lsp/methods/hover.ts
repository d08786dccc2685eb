import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver/node';
import { hoverAt } from '../../core/features/hover.ts';
import type { Server } from '../server.ts';

/** `textDocument/hover`. */
export const hover =
  ({ workspace, capabilities, ports, questioner, scenarios }: Server) =>
  ({ textDocument, position }: HoverParams): Hover | null => {
    const place = workspace.find(textDocument.uri);
    if (place === null) return null;
    const { snapshot } = place.folder;
    const { changes } = scenarios.of(place.folder);
    const found = hoverAt(snapshot, place.path, position, ports.now(), changes);
    if (!found) return null;
    // Told at the next look: a request does not wait for a registry.
    questioner.want(found.wants);
    const contents = capabilities.markdownHover
      ? { kind: MarkupKind.Markdown, value: found.markdown }
      : { kind: MarkupKind.PlainText, value: plainText(found.markdown) };
    return { contents, range: found.range };
  };

/** What core writes, without the little Markdown that it uses: emphasis, code, escapes. */
const plainText = (markdown: string): string =>
  markdown.replace(/\\(.)|[*`]+/g, (_, escaped: string | undefined) => escaped ?? '');
