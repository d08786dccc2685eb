import { isKotsKind } from '../kots/kinds.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Templates } from '../release/context.ts';
import { factsOf, type ResourceName } from '../release/facts.ts';
import type { Role } from '../release/role.ts';
import type { TemplateFacts, YamlBreak } from '../release/template-facts.ts';
import { contains, type Span, shift } from '../text/span.ts';
import type { Subject } from './rule.ts';

/** What the app manager renders as one: mostly a document, but documents of a file that it installs go together. */
interface TemplateText {
  readonly text: string;
  /** Where the document starts in it. */
  readonly offset: number;
}

const nothing: TemplateFacts = { problems: [], calls: [] };

/**
 * The templates of a document that the app manager renders, and what is wrong with them. Nothing while that cannot be
 * told, and for what it does not render.
 */
export function templatesOf(subject: Subject): TemplateFacts {
  const { document, context, around } = subject;
  if (context.templates === undefined || !isRendered(subject)) return nothing;
  const { facts } = memoryOf(subject, context.templates);
  if (around === null) return facts;
  const { offset } = textOf(subject);
  const within = withinOf(document, offset);
  return {
    problems: facts.problems.flatMap((fault) => {
      const span = within(fault.span);
      if (span === null) return [];
      const edit = fault.repair;
      const repair = edit === null ? null : { ...edit, span: shift(edit.span, -offset) };
      return [{ ...fault, span, repair }];
    }),
    calls: facts.calls.flatMap((call) => {
      const span = within(call.span);
      if (span === null) return [];
      const { argument } = call;
      return [
        {
          ...call,
          span,
          argument: argument && { ...argument, content: shift(argument.content, -offset) },
        },
      ];
    }),
  };
}

/** The templates that make a document no YAML. */
export function breaksOf(subject: Subject): readonly YamlBreak[] {
  const { document, context, facts, around } = subject;
  const { templates } = context;
  if (templates === undefined || !isRendered(subject)) return [];
  const memory = memoryOf(subject, templates);
  // A text that cannot be rendered becomes nothing at all.
  if (
    memory.facts.problems.length > 0 ||
    memory.facts.calls.some(({ name }) => !templates.functions.has(name))
  )
    return [];
  memory.breaks ??= templates.breaks(textOf(subject).text, isKept(facts.resource));
  if (around === null) return memory.breaks;
  const { offset } = textOf(subject);
  const within = withinOf(document, offset);
  return memory.breaks.flatMap((found) => {
    const span = within(found.span);
    // What is found in several documents together is not repaired in one of them.
    return span === null ? [] : [{ ...found, span, repairs: [] }];
  });
}

interface Memory {
  readonly templates: Templates;
  readonly around: ManifestFile | null;
  readonly facts: TemplateFacts;
  breaks: readonly YamlBreak[] | null;
}

const memories = new WeakMap<ManifestDocument | ManifestFile, Memory>();

/** Remembered for the document, or for the file whose documents go together. */
function memoryOf(subject: Subject, templates: Templates): Memory {
  const { document, around } = subject;
  const together = around !== null && !isKept(subject.facts.resource);
  const key = together ? around : document;
  const known = memories.get(key);
  if (known !== undefined && known.templates === templates && known.around === around) return known;
  // What templates say does not depend on the release.
  const facts =
    known !== undefined && known.around === around ? known.facts : templates.inspect(textOf(subject).text);
  const memory: Memory = { templates, around, facts, breaks: null };
  memories.set(key, memory);
  return memory;
}

function textOf({ document, around, role, facts }: Subject): TemplateText {
  if (around === null || isKept(facts.resource)) return { text: document.text, offset: 0 };
  let text = '';
  let offset = 0;
  for (const slice of around.documents) {
    if (slice.document === document) offset = text.length;
    if (!isKept(factsOf(slice.document, role).resource)) text += slice.document.text;
  }
  return { text, offset };
}

const withinOf =
  ({ text }: ManifestDocument, offset: number) =>
  (span: Span): Span | null => {
    const local = shift(span, -offset);
    return contains({ start: 0, end: text.length }, local) ? local : null;
  };

/** Whether the app manager keeps a document to itself; such a document is read before it is rendered, and alone. */
const isKept = (resource: ResourceName | null): boolean =>
  resource !== null && isKotsKind(resource.apiVersion, resource.kind);

const rendered: ReadonlySet<Role> = new Set<Role>(['manifest', 'patch', 'kustomization']);

/** Whether the app manager renders the document for at least one of the ways in which the release is installed. */
function isRendered({ document, role, facts: { resource }, context: { installers } }: Subject): boolean {
  if (document.templates.length === 0 || !rendered.has(role)) return false;
  const group = groupOf(resource);
  const kind = resource?.kind ?? '';
  // What a customer enters and what the app manager notes down, and what Helm renders.
  if (group === 'kots.io' && (kind === 'ConfigValues' || kind === 'Installation')) return false;
  if (resource?.apiVersion === 'troubleshoot.sh/v1beta3') return false;
  return installers.some(
    (installer) =>
      installer !== 'helm' && (installer !== 'embedded-cluster-3' || isForEmbeddedThree(resource)),
  );
}

/** Embedded Cluster 3 installs charts alone, and reads what says how. */
export const isForEmbeddedThree = (resource: ResourceName | null): boolean =>
  ['kots.io', 'embeddedcluster.replicated.com'].includes(groupOf(resource));

const groupOf = (resource: ResourceName | null): string => resource?.apiVersion.split('/')[0] ?? '';

const outside = new WeakMap<FileDocument['source'], boolean>();

/**
 * Whether templates of a document may belong with those of other documents of its file: what one begins and another
 * ends, and variables.
 */
export function reachesOut(slice: FileDocument): boolean {
  const { source } = slice;
  let found = outside.get(source);
  if (found === undefined) {
    found = source.text.includes('repl') && isOpen(slice.document);
    outside.set(source, found);
  }
  return found;
}

function isOpen({ templates, text }: ManifestDocument): boolean {
  let depth = 0;
  for (const { keyword, start, end } of templates) {
    if (keyword === 'end') depth--;
    else if (keyword === 'else' ? depth === 0 : opening.has(keyword ?? '')) depth++;
    if (depth < 0 || text.slice(start, end).includes('$')) return true;
  }
  return depth !== 0;
}

const opening: ReadonlySet<string> = new Set(['if', 'range', 'with', 'define', 'block']);
