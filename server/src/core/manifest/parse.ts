import { Composer, type CST, type Document, type ParsedNode, Parser, type YAMLError } from 'yaml';
import { type Delimiter, kotsDelimiters, scanTemplates } from '../gotemplate/scan.ts';
import type { TemplateSpan } from '../gotemplate/span.ts';
import { parseBlocks, unsure } from './block-parser.ts';
import { buildTree } from './build-tree.ts';
import { Branches } from './duplicate-keys.ts';
import { limitDepth } from './limit-depth.ts';
import { type Masked, maskTemplates } from './mask.ts';
import type { ManifestDocument, SyntaxProblem, YamlNode } from './node.ts';
import { ScalarFactory } from './scalar-factory.ts';
import { syntaxMessage } from './syntax-message.ts';

export interface ParseOptions {
  /** Which template delimiters the text is rendered with; those of KOTS unless told. */
  readonly delimiters?: readonly Delimiter[];
  /** Parses with the full parser even what the fast one could: for holding one against the other. */
  readonly fullParser?: boolean;
}

/** Behind so many problems the rest says nothing new. */
const maxProblems = 100;

/**
 * Parses one YAML document with templates in it. Never throws, whatever the text; what could not be understood is in
 * `problems`. Aliases are not expanded. A text that holds several documents gives the first.
 */
export function parseDocument(text: string, options: ParseOptions = {}): ManifestDocument {
  const delimiters = options.delimiters ?? kotsDelimiters;
  const templates = scanTemplates(text, delimiters);
  const full = options.fullParser === true;
  const first = parseMasked(text, delimiters, templates, maskTemplates(text, templates), full);
  if (first.problems.length === 0 || !templates.some(({ keyword }) => keyword === 'else')) return first;
  const second = parseMasked(text, delimiters, templates, maskTemplates(text, templates, true), full);
  return second.problems.length < first.problems.length ? second : first;
}

function parseMasked(
  text: string,
  delimiters: readonly Delimiter[],
  templates: readonly TemplateSpan[],
  { text: masked }: Masked,
  full: boolean,
): ManifestDocument {
  const problems: SyntaxProblem[] = [];
  const report = (problem: SyntaxProblem): void => {
    if (problems.length < maxProblems) problems.push(problem);
  };
  let known: Branches | null = null;
  const branches = (): Branches => {
    known ??= new Branches(templates);
    return known;
  };
  const unclosed = templates.some(({ terminated }) => !terminated);
  const factory = new ScalarFactory({ text, masked, delimiters, unclosed }, templates);
  let root: YamlNode | null | typeof unsure = full ? unsure : parseBlocks(factory, branches, report);
  if (root === unsure) {
    const composed = compose(masked, report);
    root = composed === null ? null : buildTree(composed, { factory, report, branches });
  }
  // What is wrong in the middle of a template's mask is about the mask.
  const seen = problems
    .filter(({ span }) => !templates.some(({ start, end }) => start < span.start && span.end < end))
    .sort((a, b) => a.span.start - b.span.start);
  return { text, root, problems: seen, templates };
}

/** The first document of a masked text as the parser sees it. */
function compose(masked: string, report: (problem: SyntaxProblem) => void): Document.Parsed | null {
  let first: Document.Parsed | null = null;
  const take = (document: Document.Parsed): void => {
    for (const error of document.errors) reportError(error, masked, report);
    if (first === null || (isEmpty(first) && !isEmpty(document))) first = document;
    else if (!isEmpty(document))
      report({
        span: { start: document.range[0], end: Math.min(masked.length, document.range[0] + 1) },
        message: 'Another document starts here. Separate documents by a line with three dashes (---).',
      });
  };
  try {
    const composer = new Composer<ParsedNode>({
      keepSourceTokens: true,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      strict: true,
    });
    for (const token of new Parser().parse(masked)) {
      if (token.type === 'document') {
        const cut = limitDepth(token as CST.Document);
        if (cut >= 0)
          report({
            span: { start: cut, end: cut + 1 },
            message: 'This nests too deeply to be read. Flatten it; what is inside is not checked.',
          });
      }
      for (const document of composer.next(token)) take(document as Document.Parsed);
    }
    for (const document of composer.end(true, masked.length)) take(document as Document.Parsed);
  } catch (error) {
    report({
      span: { start: 0, end: Math.min(1, masked.length) },
      message: `This document cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    });
  }
  return first;
}

const isEmpty = (document: Document.Parsed): boolean =>
  document.contents === null || document.contents.range[0] === document.contents.range[1];

function reportError(error: YAMLError, masked: string, report: (problem: SyntaxProblem) => void): void {
  const start = Math.max(0, Math.min(error.pos[0], masked.length));
  const end = Math.max(start, Math.min(error.pos[1], masked.length));
  report({ span: { start, end }, message: syntaxMessage(error.message) });
}
