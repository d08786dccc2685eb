import { type Registry, registryOf } from '../image/hosts.ts';
import { type LooseResult, parseLoose, type ReferencePart } from '../image/loose.ts';
import { malformedEcrHost } from '../image/malformed-ecr.ts';
import { canonical, normalize } from '../image/normal.ts';
import { type Proxied, peel } from '../image/proxied.ts';
import type { NormalReference, Reference, ReferenceProblem } from '../image/reference.ts';
import type { ImageName, Verdict, VerdictDetail } from '../knowledge/knowledge.ts';
import type { ManifestDocument } from '../manifest/node.ts';
import { packagedUses, usesWithCharts } from './charts/uses.ts';
import type { ReleaseContext, Templates } from './context.ts';
import { type DocumentFacts, factsOf, type ResourceName } from './facts.ts';
import type { Role } from './role.ts';
import type { ImageUse, Place } from './use.ts';

/** An image use with what its text means in its release. */
export interface ReadUse {
  readonly use: ImageUse;
  readonly resource: ResourceName | null;
  /** Why the text is no reference, if it is none. */
  readonly problem: ReferenceProblem | null;
  /** As written; null if it is none. Parts named in `unknown` hold templates or CI variables without a value. */
  readonly reference: Reference | null;
  readonly unknown: readonly ReferencePart[];
  /** What templates make of it with the default installation; null where there are none, or nobody can know. */
  readonly rendered: string | null;
  /** The reference after templates, which is what is installed; null where that is none or not known. */
  readonly installed: Reference | null;
  /** With the registry and `library/` filled in; null where registry or path are not known. */
  readonly normal: NormalReference | null;
  /** The registry that the reference names; null where that is not known. */
  readonly registry: Registry | null;
  /** What the proxy would fetch, where the reference names the proxy. */
  readonly peeled: Proxied | null;
  /** Where the image really comes from: the upstream behind the proxy, or the registry that is named. */
  readonly source: { readonly reference: NormalReference; readonly registry: Registry } | null;
  /** The reference as it is shown and compared: registry, `library/` and `:latest` filled in; null if not known. */
  readonly canonical: string | null;
  /** What can be asked about it; null where there is nothing to ask, and then `unasked` says why. */
  readonly image: ImageName | null;
  readonly unasked: { readonly detail: VerdictDetail | null; readonly reason: string } | null;
}

interface DocumentReading {
  readonly role: Role;
  readonly context: ReleaseContext;
  readonly uses: readonly ReadUse[];
  readonly packaged: readonly ReadUse[];
}

const memory = new WeakMap<ManifestDocument, DocumentReading>();

/** The image uses of a document as its release reads them; remembered while document and context stay the same. */
export function readUses(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
): readonly ReadUse[] {
  const known = memory.get(document);
  if (known !== undefined && known.context === context && known.role === role) return known.uses;
  const facts: DocumentFacts = factsOf(document, role);
  const uses = usesWithCharts(document, role, facts.uses, context).map((use) =>
    readUse(use, facts.resource, context),
  );
  const packaged = packagedUses(document, role, context).map((use) => readUse(use, facts.resource, context));
  memory.set(document, { role, context, uses, packaged });
  return uses;
}

/**
 * The image uses in the archive of the chart that a document installs, where it leaves them as they are. They stand
 * at the name of the chart, all at the same place, and nothing can be edited there.
 */
export function readPackaged(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
): readonly ReadUse[] {
  readUses(document, role, context);
  return memory.get(document)?.packaged ?? [];
}

/** All image uses of a document, and of the archive of its chart. */
export function readAllUses(
  document: ManifestDocument,
  role: Role,
  context: ReleaseContext,
): readonly ReadUse[] {
  const uses = readUses(document, role, context);
  const packaged = readPackaged(document, role, context);
  return packaged.length === 0 ? uses : [...uses, ...packaged];
}

/** Places where the chart decides what a missing tag means. */
export const chartDecides = (place: Place): boolean =>
  place === 'chart-values' ||
  place === 'chart-defaults' ||
  place === 'chart-v1beta1' ||
  place === 'chart-v1beta2' ||
  place === 'builder' ||
  place === 'extension';

/** What the text of a use means, wherever it stands. */
type Meaning = Omit<ReadUse, 'use' | 'resource'>;

const meanings = new WeakMap<ReleaseContext, Map<string, Meaning>>();

/** More different images than a release names; what is typed meanwhile must not pile up. */
const mostMeanings = 20_000;

/** Releases name the same images again and again, so the meaning of a text without templates is remembered. */
function readUse(use: ImageUse, resource: ResourceName | null, context: ReleaseContext): ReadUse {
  if (use.unknown.length > 0) return { use, resource, ...meaningOf(use, context) };
  let known = meanings.get(context);
  if (known === undefined || known.size >= mostMeanings) {
    known = new Map();
    meanings.set(context, known);
  }
  const key = keepsNoTag(use.place) ? `bare ${use.written}` : use.written;
  let meaning = known.get(key);
  if (meaning === undefined) {
    meaning = meaningOf(use, context);
    known.set(key, meaning);
  }
  return { use, resource, ...meaning };
}

/** The same use as its templates come out with another installation. */
export const readWith = (read: ReadUse, templates: Templates, context: ReleaseContext): ReadUse =>
  read.use.unknown.length === 0
    ? read
    : { use: read.use, resource: read.resource, ...meaningOf(read.use, { ...context, templates }) };

/** Whether a name without a tag stays one. */
const keepsNoTag = (place: Place): boolean => chartDecides(place) || place === 'kustomization';

/** Depends on nothing but the text, what of it is unknown, and whether its place keeps a missing tag. */
function meaningOf(use: ImageUse, context: ReleaseContext): Meaning {
  const rendered =
    use.unknown.length === 0 || notRendered(use.place)
      ? null
      : withoutNullTag(context.templates?.render(use.written) ?? null, use);
  const written = rendered === null ? null : meaningOfText(rendered, [], use, context);
  // Spans of the rendered text are nowhere in the file, and what comes out as no name may do so on purpose.
  if (written !== null && written.problem === null) return { ...written, rendered, reference: null };
  return meaningOfText(use.written, use.unknown, use, context);
}

/** A tag that comes out as YAML's null is none: vendors write one to have the chart decide. */
const withoutNullTag = (rendered: string | null, { place, parts }: ImageUse): string | null =>
  chartDecides(place) && (parts.tag?.templates.length ?? 0) > 0 && !parts.digest?.text
    ? (rendered?.replace(/:(?:null|Null|NULL|~)$/, '') ?? null)
    : rendered;

/** A chart's own files are not rendered by the app manager, nor is what the vendor portal builds bundles from. */
const notRendered = (place: Place): boolean =>
  place === 'chart-values' || place === 'chart-defaults' || place === 'builder';

/** A custom domain of the proxy that nothing else in the release names: it is told by the app's own slug behind it. */
function proxyIn(reference: Reference, { app, proxyDomain }: ReleaseContext): string {
  const slug = /^proxy\/([^/]+)\/[^/]+\.[^/]+\/./.exec(reference.path)?.[1];
  return slug !== undefined && slug === app && reference.domain !== null ? reference.domain : proxyDomain;
}

function meaningOfText(
  text: string,
  templates: ImageUse['unknown'],
  use: ImageUse,
  context: ReleaseContext,
): Meaning {
  const result: LooseResult = parseLoose(text, { unknown: templates, variables: context.variables });
  if (!result.ok && templates.some((span) => branches(text.slice(span.start, span.end))))
    return { ...nothingKnown, unasked: templated(use) };
  if (!result.ok)
    return {
      ...nothingKnown,
      problem: result.problem,
      unasked: { detail: null, reason: 'It is not a valid image reference.' },
    };
  const { reference, unknownParts: unknown } = result;
  const named = { ...nothingKnown, reference, unknown, installed: reference };
  if (unknown.includes('domain') || unknown.includes('path')) return { ...named, unasked: templated(use) };

  const normal = normalize(reference);
  const domains = { ...context, proxyDomain: proxyIn(reference, context) };
  const registry = registryOf(normal.domain, domains);
  const peeled = peel(reference, domains);
  const upstream = peeled === null ? null : innermost(peeled).upstream;
  const source = {
    reference: upstream ?? normal,
    registry: upstream === null ? registry : registryOf(upstream.domain, context),
  };
  const known = { ...named, normal, registry, peeled, source };
  if (unknown.length > 0) return { ...known, unasked: templated(use) };

  const defaultTag = !keepsNoTag(use.place);
  const whole = { ...known, canonical: canonical(reference, { defaultTag }) };
  const unasked = whyNotAsked(source.registry, context);
  if (unasked !== null) return { ...whole, unasked };
  const { domain, path, tag, digest } = source.reference;
  const image: ImageName = {
    host: domain.toLowerCase(),
    repository: path,
    tag: tag ?? (digest === null && defaultTag ? 'latest' : null),
    digest,
  };
  return { ...whole, image };
}

/** Whether a template decides which of the texts around it count: together they are no name, each may be one. */
const branches = (template: string): boolean =>
  /^(repl)?\{\{-?\s*(repl\s+)?(if|else|end|with|range)\b/.test(template);

/** A name may go through the proxy twice by mistake; what is behind the last one is what was meant. */
export const innermost = (proxied: Proxied): Proxied =>
  proxied.inner === null ? proxied : innermost(proxied.inner);

const nothingKnown = {
  problem: null,
  reference: null,
  unknown: [],
  rendered: null,
  installed: null,
  normal: null,
  registry: null,
  peeled: null,
  source: null,
  canonical: null,
  image: null,
  unasked: null,
} satisfies Partial<ReadUse>;

const templated = (use: ImageUse): { detail: VerdictDetail; reason: string } => ({
  detail: 'templated',
  reason:
    use.unknown.length > 0
      ? 'Part of it is a template, so it is not known before it is deployed.'
      : 'Part of it is a variable without a value; give it one under "variables" in .waybill.yaml.',
});

/** Why a registry is not asked. Only registered accounts are ever asked with a signature, whatever a release names. */
function whyNotAsked(
  registry: Registry,
  context: ReleaseContext,
): { detail: VerdictDetail | null; reason: string } | null {
  if (registry.kind === 'replicated')
    return { detail: null, reason: "Replicated's own registry is opened by a customer's licence only." };
  if (registry.kind === 'replicated-proxy')
    return { detail: null, reason: 'It is an image of the proxy itself, which only installations can ask.' };
  if (registry.ecr === null)
    return malformedEcrHost(registry.host) === null
      ? null
      : { detail: null, reason: `${registry.host} looks like a registry host of Amazon ECR and is none.` };
  if (registeredAccounts(context).has(registry.ecr.account)) return null;
  return {
    detail: 'account-not-registered',
    reason: `AWS account ${registry.ecr.account} is not among the registries of this release; list it in .waybill.yaml to have it checked.`,
  };
}

const accounts = new WeakMap<ReleaseContext, ReadonlySet<string>>();

/** The AWS accounts whose registries this release lists. */
export function registeredAccounts(context: ReleaseContext): ReadonlySet<string> {
  let known = accounts.get(context);
  if (known === undefined) {
    known = new Set(context.linked.endpoints.flatMap((host) => registryOf(host, context).ecr?.account ?? []));
    accounts.set(context, known);
  }
  return known;
}

/** Whether a registry may be asked for this release; private ECR only where the release lists the account. */
export const isAskable = (host: string, context: ReleaseContext): boolean =>
  whyNotAsked(registryOf(host, context), context) === null;

/** The verdict to show for a use: what a registry answered, or why nobody was asked. */
export function verdictOf(read: ReadUse, answered: (image: ImageName) => Verdict | null): Verdict {
  const known = read.image === null ? null : answered(read.image);
  if (known !== null) return known;
  return {
    status: 'unchecked',
    detail: read.unasked?.detail ?? null,
    digest: null,
    reason: read.unasked?.reason ?? 'Not asked yet.',
    checkedAt: null,
    from: null,
  };
}
