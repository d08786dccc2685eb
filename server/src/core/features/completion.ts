import { canonicalHost, registryOf } from '../image/hosts.ts';
import type { NameDetails, NameList, Question, RepositoryName } from '../knowledge/knowledge.ts';
import type { ReleaseContext } from '../release/context.ts';
import { isAskable, readUses } from '../release/reading.ts';
import { dueQuestions } from '../session/freshness.ts';
import { filesOf, type Snapshot } from '../session/snapshot.ts';
import { type Position, type Range, touches } from '../text/span.ts';
import {
  detailsOf,
  type ListedName,
  newestFirst,
  platformQuestions,
  repositoryDetail,
  tagDetail,
} from './listed-names.ts';
import { sectionOf, type TypedSection } from './typed-section.ts';
import { type TypedUse, typedUseAt } from './typing.ts';

/** One text that could stand at the caret. */
export interface CompletionItem {
  readonly kind: 'host' | 'repository' | 'tag' | 'digest';
  /** What is offered; also what the typed text is compared with. */
  readonly label: string;
  /** What is known of it: when it was pushed, its size, its platforms. Null where nothing is. */
  readonly detail: string | null;
  /** The range to replace: all of the part that the caret is in, without quotes. */
  readonly range: Range;
  readonly newText: string;
}

export interface Completion {
  /** The best first. */
  readonly items: readonly CompletionItem[];
  /** Whether there may be more, so that it should be asked for again. */
  readonly incomplete: boolean;
  /** What would have to be asked to know more. */
  readonly wants: readonly Question[];
}

/** Well-known registries of public images. */
const publicHosts: readonly string[] = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'public.ecr.aws',
  'registry.k8s.io',
  'gcr.io',
  'mcr.microsoft.com',
];

/** More offers than this help nobody, and slow editors down. */
const mostItems = 500;

/**
 * What could be typed at a position: hosts of registries, repositories of a host, tags and digests of a repository.
 * Answers from what is known; `wants` says what to ask to know more. Null where no image is named.
 * @param now milliseconds since the epoch, to tell which answers are too old
 */
export function completionAt(
  snapshot: Snapshot,
  path: string,
  position: Position,
  now: number,
): Completion | null {
  const typed = typedUseAt(snapshot, path, position);
  const section = typed && sectionOf(typed);
  const range = section && typed.rangeOf(section.span);
  if (!range) return null;
  const found = offersFor(section, typed, snapshot, position);
  const written = typed.part.text.slice(section.span.start, typed.caret).toLowerCase();
  const fitting =
    found.offers.length > mostItems
      ? found.offers.filter(({ label }) => label.toLowerCase().includes(written))
      : found.offers;
  const items = fitting.slice(0, mostItems).flatMap(({ text, ...offer }): CompletionItem[] => {
    const newText = typed.textFor(section.span, text ?? offer.label);
    return newText === null ? [] : [{ ...offer, range, newText }];
  });
  const asked = found.wants.filter((question) => canBeAsked(question, typed.at.release.context));
  return {
    items,
    incomplete: found.offers.length > mostItems || asked.some((question) => isOpen(question, snapshot)),
    wants: dueQuestions(asked, snapshot.knowledge, now),
  };
}

interface Offer extends Pick<CompletionItem, 'kind' | 'label' | 'detail'> {
  /** What to write, where it is not the label. */
  readonly text?: string;
}

interface Offers {
  readonly offers: readonly Offer[];
  readonly wants: readonly ListQuestion[];
}

type ListQuestion = Extract<Question, { kind: 'tags' | 'repositories' | 'platforms' }>;

const hostOf = (question: ListQuestion): string =>
  question.kind === 'repositories'
    ? question.host
    : question.kind === 'tags'
      ? question.repository.host
      : question.image.host;

/** Whether anybody may be asked, and could say: only ECR lists its repositories. */
function canBeAsked(question: ListQuestion, context: ReleaseContext): boolean {
  const host = hostOf(question);
  if (question.kind === 'repositories' && registryOf(host, context).ecr === null) return false;
  return isAskable(host, context);
}

/** Whether the list that a question is about is not known, or not all of it. What is only nice to know is not waited for. */
function isOpen(question: ListQuestion, { knowledge }: Snapshot): boolean {
  if (question.kind === 'platforms') return false;
  const list =
    question.kind === 'tags' ? knowledge.tags(question.repository) : knowledge.repositories(question.host);
  return list?.complete !== true;
}

function offersFor(section: TypedSection, typed: TypedUse, snapshot: Snapshot, position: Position): Offers {
  const { context } = typed.at.release;
  switch (section.kind) {
    case 'host':
      return hostOffers(section, typed, snapshot, position);
    case 'proxy': {
      const label = `proxy/${context.app}/`;
      const offer: Offer = { kind: 'host', label, detail: 'to a linked registry, for this app' };
      return { offers: context.app === null ? [] : [offer], wants: [] };
    }
    case 'repository': {
      const { host, before } = section;
      const list = snapshot.knowledge.repositories(host);
      const used = usedNames(snapshot, typed, position).repositories.get(host) ?? new Set<string>();
      const offers = withUsed(list, used).flatMap(({ name, details }): Offer[] =>
        name.startsWith(before) && name.length > before.length
          ? [
              {
                kind: 'repository',
                label: name.slice(before.length),
                detail: repositoryDetail(details) ?? (list === null ? usedHere : null),
              },
            ]
          : [],
      );
      return { offers, wants: [{ kind: 'repositories', host }] };
    }
    case 'tag': {
      const { repository } = section;
      const list = snapshot.knowledge.tags(repository);
      const used = usedNames(snapshot, typed, position).tags.get(keyOf(repository)) ?? new Set<string>();
      const sorted = newestFirst(withUsed(list, used));
      return {
        offers: sorted.map(({ name, details }) => ({
          kind: 'tag',
          label: name,
          detail: tagDetail(repository, details, snapshot.knowledge) ?? (list === null ? usedHere : null),
        })),
        wants: [{ kind: 'tags', repository }, ...platformQuestions(repository, sorted)],
      };
    }
    case 'digest':
      return digestOffers(section, snapshot);
  }
}

const usedHere = 'used in this release';

function hostOffers(
  section: TypedSection & { kind: 'host' },
  typed: TypedUse,
  snapshot: Snapshot,
  position: Position,
): Offers {
  const { context } = typed.at.release;
  const { part, name } = typed;
  const { endpoints } = context.linked;
  // In a key of its own the host stands alone; else the path follows it.
  const end = name === 'registry' || part.text[section.span.end] === '/' ? '' : '/';
  const details = new Map<string, string>();
  const add = (host: string, detail: string): void => void (details.has(host) || details.set(host, detail));
  for (const host of endpoints) add(host, inWords(host, 'linked', context));
  for (const host of usedNames(snapshot, typed, position).repositories.keys())
    if (host !== context.proxyDomain) add(host, inWords(host, usedHere, context));
  for (const host of publicHosts) add(host, 'public images');
  const offers: Offer[] = [...details].map(([host, detail]) => ({
    kind: 'host',
    label: host,
    detail,
    text: host + end,
  }));
  if (!section.behindProxy && context.app !== null)
    offers.push({
      kind: 'host',
      label: `${context.proxyDomain}/proxy/${context.app}`,
      detail: "Replicated's proxy",
      text: `${context.proxyDomain}/proxy/${context.app}${name === 'registry' ? '' : '/'}`,
    });
  if (name === 'registry' || !section.whole) return { offers, wants: [] };
  // Whoever types a repository's name is spared its registry's.
  const wants = endpoints.map((host): ListQuestion => ({ kind: 'repositories', host }));
  for (const host of endpoints)
    for (const { name: repository, details: known } of withUsed(snapshot.knowledge.repositories(host), []))
      offers.push({
        kind: 'repository',
        label: `${host}/${repository}`,
        detail: repositoryDetail(known),
      });
  return { offers, wants };
}

function inWords(host: string, what: string, context: ReleaseContext): string {
  const { ecr } = registryOf(host, context);
  return ecr === null ? what : `Amazon ECR, account ${ecr.account}, ${ecr.region}, ${what}`;
}

function digestOffers({ repository, tag }: TypedSection & { kind: 'digest' }, snapshot: Snapshot): Offers {
  const tagged = newestFirst(withUsed(snapshot.knowledge.tags(repository), []));
  const ofDigest = new Map<string, { names: string[]; details: NameDetails }>();
  for (const { name, details } of tagged) {
    if (details?.digest === undefined || (tag !== null && tag !== '' && name !== tag)) continue;
    const known = ofDigest.get(details.digest);
    if (known === undefined) ofDigest.set(details.digest, { names: [name], details });
    else known.names.push(name);
  }
  return {
    offers: [...ofDigest].map(([digest, { names, details }]) => ({
      kind: 'digest',
      label: digest,
      detail: [names.join(', '), tagDetail(repository, details, snapshot.knowledge)]
        .filter(Boolean)
        .join(' · '),
    })),
    wants: [{ kind: 'tags', repository }, ...platformQuestions(repository, tagged)],
  };
}

/** What a list names, and where it may not be all, what is used as well. */
function withUsed(list: NameList | null, used: Iterable<string>): ListedName[] {
  const names = new Set(list?.names ?? []);
  if (list?.complete !== true) for (const name of used) names.add(name);
  return [...names].map((name) => ({ name, details: detailsOf(list, name) }));
}

const keyOf = ({ host, repository }: RepositoryName): string => `${host}/${repository}`;

interface UsedNames {
  /** Host → repositories. */
  readonly repositories: ReadonlyMap<string, ReadonlySet<string>>;
  /** Host and repository → tags. */
  readonly tags: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The names that the release uses, where nobody says that they do not exist; without what is being typed. */
function usedNames(snapshot: Snapshot, typed: TypedUse, position: Position): UsedNames {
  const repositories = new Map<string, Set<string>>();
  const tags = new Map<string, Set<string>>();
  const add = (names: Map<string, Set<string>>, key: string, name: string | null): void => {
    const known = names.get(key) ?? new Set<string>();
    names.set(key, known);
    if (name !== null) known.add(name);
  };
  const { release, path, file } = typed.at;
  const caret = file.offsetAt(position);
  for (const at of filesOf(snapshot, release))
    for (const { document, offset } of at.file.documents)
      for (const { use, source, image } of readUses(document, at.role, release.context)) {
        if (source === null) continue;
        const isTyped =
          at.path === path && Object.values(use.parts).some(({ span }) => touches(span, caret - offset));
        if (isTyped) continue;
        const host = canonicalHost(source.reference.domain);
        const verdict = image === null ? null : snapshot.knowledge.verdict(image);
        const isAbsent = verdict?.status === 'absent';
        add(repositories, host, isAbsent && verdict.detail === 'repository' ? null : source.reference.path);
        if (!isAbsent) add(tags, keyOf({ host, repository: source.reference.path }), source.reference.tag);
      }
  return { repositories, tags };
}
