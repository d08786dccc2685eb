import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { FileEdit } from '../../core/features/fixes.ts';
import type { Server } from '../server.ts';
import type { Folder } from '../workspace/folder.ts';

/**
 * Edits of files of one folder as LSP has them; with versions where the client takes them, so that none hits a text
 * that has changed.
 * @param caution what people are to confirm, for clients that can ask them
 */
export function workspaceEdit(
  { capabilities, workspace }: Server,
  folder: Folder,
  edits: readonly Pick<FileEdit, 'path' | 'range' | 'newText'>[],
  caution?: ChangeAnnotation,
): WorkspaceEdit {
  const annotated = caution !== undefined && capabilities.changeAnnotations;
  const byPath = new Map<string, (TextEdit | AnnotatedTextEdit)[]>();
  for (const { path, range, newText } of edits) {
    const ofFile = byPath.get(path) ?? [];
    byPath.set(path, ofFile);
    ofFile.push(annotated ? { range, newText, annotationId: 'caution' } : { range, newText });
  }
  const files = [...byPath].map(([path, textEdits]) => {
    const place = { folder, path };
    return { uri: workspace.uriOf(place), version: workspace.documentAt(place)?.version ?? null, textEdits };
  });
  return capabilities.documentChanges
    ? {
        documentChanges: files.map(({ uri, version, textEdits }) =>
          TextDocumentEdit.create({ uri, version }, textEdits),
        ),
        ...(annotated ? { changeAnnotations: { caution } } : {}),
      }
    : { changes: Object.fromEntries(files.map(({ uri, textEdits }) => [uri, textEdits])) };
}
