import { looksLikeDomain } from '../image/grammar.ts';
import { canonicalHost, isProxyHost } from '../image/hosts.ts';
import { parseLoose } from '../image/loose.ts';
import { normalize } from '../image/normal.ts';
import { peel } from '../image/proxied.ts';
import type { RepositoryName } from '../knowledge/knowledge.ts';
import type { ReleaseContext } from '../release/context.ts';
import { innermost } from '../release/reading.ts';
import { mainPart, type UsePart } from '../release/use.ts';
import type { Span } from '../text/span.ts';
import type { TypedUse } from './typing.ts';

/** What of an image's name is being typed. Spans are offsets into the text of the part that the caret is in. */
export type TypedSection =
  /** The registry's host. `whole` where nothing else of the name is there yet. */
  | { readonly kind: 'host'; readonly span: Span; readonly whole: boolean; readonly behindProxy: boolean }
  /** What follows the proxy's host: `proxy/<app>/`. */
  | { readonly kind: 'proxy'; readonly span: Span }
  /** The path at a host; `before` is the start of it that another key says. */
  | { readonly kind: 'repository'; readonly span: Span; readonly host: string; readonly before: string }
  | { readonly kind: 'tag'; readonly span: Span; readonly repository: RepositoryName }
  | {
      readonly kind: 'digest';
      readonly span: Span;
      readonly repository: RepositoryName;
      /** The tag beside it. */
      readonly tag: string | null;
    };

/** Stands for each unit of a template: none of them separates anything. */
const unknown = '\uffff';

/** What is being typed; null where it follows from something that is not known. */
export function sectionOf({ use, part, name, caret, at }: TypedUse): TypedSection | null {
  const { context } = at.release;
  const whole = { start: 0, end: part.text.length };
  const { registry } = use.parts;
  const prefix = registry === undefined || registry.text === '' ? '' : withSlash(masked(registry));
  const main = cut(masked(mainPart(use)));

  if (name === 'registry') {
    const section = nameSection(masked(part), caret, context);
    return section?.kind === 'repository' ? null : section;
  }
  if (name === 'tag' || name === 'digest') {
    const repository = repositoryNamed(prefix + main.name, context);
    if (repository === null) return null;
    if (name === 'tag') return { kind: 'tag', span: whole, repository };
    return { kind: 'digest', span: whole, repository, tag: use.parts.tag?.text ?? main.tag?.text ?? null };
  }
  for (const suffix of [main.tag, main.digest]) {
    if (suffix === null || caret < suffix.span.start || caret >= suffix.span.end) continue;
    const repository = repositoryNamed(prefix + main.name, context);
    if (repository === null) return null;
    return suffix === main.tag
      ? { kind: 'tag', span: suffix.span, repository }
      : { kind: 'digest', span: suffix.span, repository, tag: main.tag?.text ?? null };
  }
  return caret >= main.name.length ? null : nameSection(main.name, caret, context, prefix);
}

const withSlash = (text: string): string => (text.endsWith('/') ? text : `${text}/`);

function masked({ text, templates }: UsePart): string {
  let out = text;
  for (const { start, end } of templates)
    out = out.slice(0, start) + unknown.repeat(end - start) + out.slice(end);
  return out;
}

interface Suffix {
  readonly text: string;
  readonly span: Span;
}

/** A half-typed reference at its separators; unlike the grammar it takes empty parts. */
function cut(text: string): { name: string; tag: Suffix | null; digest: Suffix | null } {
  const suffix = (start: number, end: number): Suffix => ({
    text: text.slice(start, end),
    span: { start, end },
  });
  const at = text.indexOf('@');
  const end = at === -1 ? text.length : at;
  const colon = text.indexOf(':', text.lastIndexOf('/', end) + 1);
  const hasTag = colon !== -1 && colon < end;
  return {
    name: text.slice(0, hasTag ? colon : end),
    tag: hasTag ? suffix(colon + 1, end) : null,
    digest: at === -1 ? null : suffix(at + 1, text.length),
  };
}

/** A name goes through the proxy once, or twice by mistake. */
const mostProxies = 3;

/** @param prefix what another key says before `name`; ends with a slash, or is empty */
function nameSection(name: string, caret: number, context: ReleaseContext, prefix = ''): TypedSection | null {
  const full = prefix + name;
  const at = caret + prefix.length;
  let start = 0;
  for (let proxies = 0; proxies <= mostProxies; proxies++) {
    const slash = full.indexOf('/', start);
    const first = slash === -1 ? full.slice(start) : full.slice(start, slash);
    const inFirst = slash === -1 || at <= slash;
    if (inFirst && (slash === -1 || looksLikeDomain(first))) {
      if (start < prefix.length && prefix !== '') return null;
      const span = { start: start - prefix.length, end: start - prefix.length + first.length };
      return { kind: 'host', span, whole: slash === -1, behindProxy: start > 0 };
    }
    if (first.includes(unknown)) return null;
    const host = resolved(first, context);
    if (slash !== -1 && isProxyHost(host, context)) {
      const served = /^(?:proxy\/[^/]+|anonymous)\//.exec(full.slice(slash + 1));
      const end = slash + 1 + (served?.[0].length ?? full.length);
      if (served === null || at < end)
        return slash + 1 < prefix.length
          ? null
          : {
              kind: 'proxy',
              span: { start: slash + 1 - prefix.length, end: Math.min(end, full.length) - prefix.length },
            };
      start = end;
      continue;
    }
    const isHost = slash !== -1 && looksLikeDomain(host);
    const pathStart = isHost ? slash + 1 : start;
    return {
      kind: 'repository',
      span: { start: Math.max(0, pathStart - prefix.length), end: name.length },
      host: isHost ? canonicalHost(host) : 'docker.io',
      before: full.slice(pathStart, Math.max(pathStart, prefix.length)),
    };
  }
  return null;
}

/** A text with CI variables replaced where they have a value. */
const resolved = (text: string, { variables }: ReleaseContext): string =>
  parseLoose(text, { variables }).resolved;

/** The repository that a name without tag and digest is pulled from: behind the proxy, where it names that. */
function repositoryNamed(name: string, context: ReleaseContext): RepositoryName | null {
  if (name.includes(unknown)) return null;
  const result = parseLoose(name, { variables: context.variables });
  if (!result.ok || result.unknownParts.includes('domain') || result.unknownParts.includes('path'))
    return null;
  const { reference } = result;
  const peeled = peel(reference, context);
  const upstream = peeled === null ? null : innermost(peeled).upstream;
  if (peeled !== null && upstream === null) return null;
  const { domain, path } = upstream ?? normalize(reference);
  return { host: canonicalHost(domain), repository: path };
}
