import { type Hover, type HoverParams, MarkupKind } from 'vscode-languageserver/node';
import { customerOf } from '../../core/features/scenario-choice.ts';
import { plainText } from '../plain-text.ts';
import type { Server } from '../server.ts';

/** `textDocument/hover`: what a word of a template means, and what is known of an image. */
export const hover =
  ({ workspace, capabilities, ports, questioner, scenarios }: Server) =>
  async ({ textDocument, position }: HoverParams): Promise<Hover | null> => {
    const [{ hoverAt }, { templateHoverAt }] = await Promise.all([
      import('../../core/features/hover.ts'),
      import('../../core/features/templates/hover.ts'),
    ]);
    const place = workspace.find(textDocument.uri);
    if (place === null) return null;
    const { snapshot } = place.folder;
    const { choice, texts, changes: chosen } = scenarios.of(place.folder);
    const customer = customerOf(choice, texts);
    const changes = Object.keys(customer).length === 0 ? chosen : { ...chosen, customer };
    const word = templateHoverAt(snapshot, place.path, position, changes);
    const image = hoverAt(snapshot, place.path, position, ports.now(), changes);
    // Told at the next look: a request does not wait for a registry.
    if (image !== null) questioner.want(image.wants);
    const range = word?.range ?? image?.range;
    if (range === undefined) return null;
    const markdown = [word?.markdown, image?.markdown]
      .filter((part) => part !== undefined)
      .join('\n\n---\n\n');
    const contents = capabilities.markdownHover
      ? { kind: MarkupKind.Markdown, value: markdown }
      : { kind: MarkupKind.PlainText, value: plainText(markdown) };
    return { contents, range };
  };
