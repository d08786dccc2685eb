import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver/node';
import { hoverAt } from '../../core/features/hover.ts';
import type { Server } from '../server.ts';

/** `textDocument/hover`. */
export const hover =
  ({ workspace, capabilities, ports }: Server) =>
  ({ textDocument, position }: HoverParams): Hover | null => {
    const place = workspace.find(textDocument.uri);
    const found = place && hoverAt(place.folder.snapshot, place.path, position, ports.now());
    if (!found) return null;
    const kind = capabilities.markdownHover ? MarkupKind.Markdown : MarkupKind.PlainText;
    return { contents: { kind, value: found.markdown }, range: found.range };
  };
