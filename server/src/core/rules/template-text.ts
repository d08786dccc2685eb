import { scanTemplates } from '../gotemplate/scan.ts';
import { isKotsKind } from '../kots/kinds.ts';
import type { FileDocument, ManifestFile } from '../manifest/file.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import type { Templates } from '../release/context.ts';
import { factsOf, type ResourceName } from '../release/facts.ts';
import type { Role } from '../release/role.ts';
import type { TemplateFacts, TemplateUnit, YamlBreak } from '../release/template-facts.ts';
import { contains, type Span, shift } from '../text/span.ts';
import type { Subject } from './rule.ts';

/** A document, or those of a file whose templates belong together. */
interface Unit extends TemplateUnit {
  /** Where the document starts in it. */
  readonly offset: number;
}

const nothing: TemplateFacts = { problems: [], calls: [] };

/**
 * The templates of a document that the app manager renders, and what is wrong with them. Nothing while that cannot be
 * told, and for what it does not render.
 */
export function templatesOf(subject: Subject): TemplateFacts {
  const { templates } = subject.context;
  if (templates === undefined || !isRendered(subject)) return nothing;
  const unit = unitOf(subject);
  const { facts } = readingOf(subject, unit, templates);
  if (subject.around === null) return facts;
  const { offset } = unit;
  const within = withinOf(subject.document, offset);
  return {
    problems: facts.problems.flatMap((fault) => {
      const span = within(fault.span);
      if (span === null) return [];
      const { repair } = fault;
      return [{ ...fault, span, repair: repair && { ...repair, span: shift(repair.span, -offset) } }];
    }),
    calls: facts.calls.flatMap((call) => {
      const span = within(call.span);
      if (span === null) return [];
      const { argument } = call;
      const moved = argument && { ...argument, content: shift(argument.content, -offset) };
      return [{ ...call, span, argument: moved }];
    }),
  };
}

/** The templates that make a document no YAML. */
export function breaksOf(subject: Subject): readonly YamlBreak[] {
  const { templates } = subject.context;
  if (templates === undefined || !isRendered(subject)) return [];
  const unit = unitOf(subject);
  const reading = readingOf(subject, unit, templates);
  const { problems, calls } = reading.facts;
  // A text that cannot be rendered becomes nothing at all.
  if (problems.length > 0 || calls.some(({ name }) => !templates.functions.has(name))) return [];
  reading.breaks ??= templates.breaks(unit, isKept(subject.facts.resource));
  if (subject.around === null) return reading.breaks;
  const within = withinOf(subject.document, unit.offset);
  return reading.breaks.flatMap((found) => {
    const span = within(found.span);
    // What is found in several documents together is not mended in one of them.
    return span === null ? [] : [{ ...found, span, repairs: () => [] }];
  });
}

/** What was found in a unit. */
interface Reading {
  readonly text: string;
  readonly templates: Templates;
  readonly facts: TemplateFacts;
  breaks: readonly YamlBreak[] | null;
}

const alone = new WeakMap<ManifestDocument, Reading>();
const together = new WeakMap<ManifestFile, Reading>();

/** Remembered with the document, and with the file whose documents belong together, for as long as it is the same. */
function readingOf(
  { document, around, facts: { resource } }: Subject,
  unit: Unit,
  templates: Templates,
): Reading {
  const shared = around === null || isKept(resource) ? undefined : around;
  const before = (shared && together.get(shared)) ?? alone.get(document);
  const same = before?.text === unit.text ? before : undefined;
  let reading = same;
  if (reading?.templates !== templates) {
    // What templates say does not depend on the release.
    const facts = same?.facts ?? templates.inspect(unit);
    reading = { text: unit.text, templates, facts, breaks: null };
  }
  alone.set(document, reading);
  if (shared !== undefined) together.set(shared, reading);
  return reading;
}

function unitOf({ document, around, role, facts }: Subject): Unit {
  if (around === null || isKept(facts.resource)) {
    const { text, templates, problems } = document;
    return { text, templates, isYaml: problems.length === 0, offset: 0 };
  }
  const { unit, offsets } = joinedOf(around, role);
  return { ...unit, offset: offsets.get(document) ?? 0 };
}

interface Joined {
  readonly unit: TemplateUnit;
  readonly offsets: ReadonlyMap<ManifestDocument, number>;
}

const joined = new WeakMap<ManifestFile, Joined>();

/** The documents of a file whose templates may belong together; what is whole in itself says nothing of the others. */
function joinedOf(file: ManifestFile, role: Role): Joined {
  let known = joined.get(file);
  if (known === undefined) {
    const documents = file.documents
      .filter(reachesOut)
      .map(({ document }) => document)
      .filter((document) => !isKept(factsOf(document, role).resource));
    const offsets = new Map<ManifestDocument, number>();
    let length = 0;
    for (const document of documents) {
      offsets.set(document, length);
      length += document.text.length;
    }
    const text = documents.map((document) => document.text).join('');
    const isYaml = documents.every(({ problems }) => problems.length === 0);
    known = { unit: { text, templates: scanTemplates(text), isYaml }, offsets };
    joined.set(file, known);
  }
  return known;
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
