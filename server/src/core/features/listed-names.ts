import type { Knowledge, NameDetails, NameList, Question, RepositoryName } from '../knowledge/knowledge.ts';
import { dayOf, sizeInWords } from './figures.ts';

/** A name of a list, with what the list tells of it. */
export interface ListedName {
  readonly name: string;
  readonly details: NameDetails | undefined;
}

export const detailsOf = (list: NameList | null, name: string): NameDetails | undefined =>
  list?.details !== undefined && Object.hasOwn(list.details, name) ? list.details[name] : undefined;

const natural = new Intl.Collator('en', { numeric: true });

/**
 * Tags, the newest first: by when they were pushed, those pushed at once by version; then those of which that is not
 * known, by version; `latest` last, because it says nothing.
 */
export function newestFirst(tags: readonly ListedName[]): ListedName[] {
  const isLatest = ({ name }: ListedName): number => (name === 'latest' ? 1 : 0);
  const at = ({ details }: ListedName): number => details?.at ?? Number.NEGATIVE_INFINITY;
  return [...tags].sort((a, b) => {
    if (isLatest(a) !== isLatest(b)) return isLatest(a) - isLatest(b);
    if (at(a) !== at(b)) return at(a) < at(b) ? 1 : -1;
    return natural.compare(b.name, a.name);
  });
}

/** Of how many tags the platforms are worth a question each: those that fit on a screen. */
const mostPlatforms = 10;

/** The questions for the platforms of the newest tags. */
export function platformQuestions(
  { host, repository }: RepositoryName,
  sorted: readonly ListedName[],
): Extract<Question, { kind: 'platforms' }>[] {
  const digests = new Set(sorted.flatMap(({ details }) => details?.digest ?? []));
  return [...digests]
    .slice(0, mostPlatforms)
    .map((digest) => ({ kind: 'platforms', image: { host, repository, digest } }));
}

/** `pushed 2026-11-25 · 24 MB · linux/amd64, linux/arm64`, or as much as is known; null where nothing is. */
export function tagDetail(
  { host, repository }: RepositoryName,
  details: NameDetails | undefined,
  knowledge: Knowledge,
): string | null {
  if (details === undefined) return null;
  const { at, size, digest } = details;
  const platforms = digest === undefined ? null : knowledge.platforms({ host, repository, digest })?.value;
  return said(
    dayWith('pushed', at),
    size === undefined ? '' : sizeInWords(size),
    platforms?.join(', ') ?? '',
  );
}

/** `created 2026-11-25 · immutable tags`, or as much as is known; null where nothing is. */
export const repositoryDetail = (details: NameDetails | undefined): string | null =>
  said(dayWith('created', details?.at), details?.immutable === true ? 'immutable tags' : '');

function dayWith(word: string, at: number | undefined): string {
  const day = at === undefined ? null : dayOf(at);
  return day === null ? '' : `${word} ${day}`;
}

function said(...parts: readonly string[]): string | null {
  const some = parts.filter((part) => part !== '');
  return some.length === 0 ? null : some.join(' · ');
}
