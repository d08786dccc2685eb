import type { Answer, NameDetails, Verdict } from '../../core/knowledge/knowledge.ts';
import { givenAt, isUnknown } from '../../core/session/freshness.ts';

/** Whether an answer is worth remembering: somebody gave it, and it says something. */
export function isWorthKeeping(answer: Answer): boolean {
  if (givenAt(answer) === null) return false;
  if (answer.kind !== 'image') return !isUnknown(answer);
  const { status, trouble } = answer.verdict;
  return trouble === undefined && (status === 'exists' || status === 'absent' || status === 'denied');
}

/**
 * The answer in a piece of JSON, or null where it is none: what lies on a disk may have been written by another
 * version, by another program, or half.
 */
export function readAnswer(value: unknown): Answer | null {
  if (!isRecord(value)) return null;
  switch (value.kind) {
    case 'image':
      return isImageName(value.image) && isVerdict(value.verdict) ? keep(value) : null;
    case 'tags':
      return isRepository(value.repository) && isNameList(value.list) ? keep(value) : null;
    case 'repositories':
      return isText(value.host) && isNameList(value.list) ? keep(value) : null;
    case 'platforms':
      return isContent(value.image) && isLearnt(value.found, isTexts) ? keep(value) : null;
    case 'findings':
      return isContent(value.image) && isLearnt(value.found, isFindings) ? keep(value) : null;
    case 'linked':
      return isLearnt(value.found, isPortal) ? keep(value) : null;
    case 'pulls':
      return isText(value.host) && isLearnt(value.found, isPulls) ? keep(value) : null;
    default:
      return null;
  }
}

/** Every field that its kind has was looked at before. */
const keep = (value: Record<string, unknown>): Answer | null => {
  const answer = value as unknown as Answer;
  return isWorthKeeping(answer) ? answer : null;
};

type Test = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Test = (value) => typeof value === 'string';
const isTime: Test = (value) => typeof value === 'number' && Number.isFinite(value);
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const isList =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const isTexts = isList(isText);
const has =
  (fields: Readonly<Record<string, Test>>): Test =>
  (value) =>
    isRecord(value) && Object.entries(fields).every(([name, test]) => test(value[name]));
const isMap =
  (test: Test): Test =>
  (value) =>
    isRecord(value) && Object.values(value).every(test);

const isDigest: Test = (value) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);
const isRepository = has({ host: isText, repository: isText });
const isContent = has({ host: isText, repository: isText, digest: isDigest });
const isImageName = has({
  host: isText,
  repository: isText,
  tag: orNull(isText),
  digest: orNull(isDigest),
});

const isFacts = has({
  pushedAt: optional(isTime),
  pulledAt: optional(isTime),
  size: optional(isTime),
  mediaType: optional(isText),
  tags: optional(isTexts),
});

const keptDetails: Readonly<Record<string, readonly (Verdict['detail'] | null)[]>> = {
  exists: [null, 'archived', 'digest-mismatch'],
  absent: ['repository', 'tag', 'digest'],
  denied: [null, 'no-credentials'],
};

const isVerdict: Test = (value) =>
  has({
    digest: orNull(isDigest),
    reason: isText,
    checkedAt: isTime,
    from: orNull(isText),
    as: optional(isText),
    access: optional((access) => access === 'anonymous' || access === 'credentials'),
    facts: optional(isFacts),
  })(value) &&
  isRecord(value) &&
  (keptDetails[String(value.status)]?.includes(value.detail as Verdict['detail']) ?? false);

const isDetails = has({
  digest: optional(isDigest),
  at: optional(isTime),
  size: optional(isTime),
  immutable: optional((value) => typeof value === 'boolean'),
} satisfies Record<keyof NameDetails, Test>);
const isNameList = has({
  names: isTexts,
  complete: (value) => typeof value === 'boolean',
  checkedAt: isTime,
  details: optional(isMap(isDetails)),
});

const isLearnt = (value: unknown, test: Test): boolean =>
  has({ value: test, reason: isText, checkedAt: isTime })(value);
const isFindings = has({
  scanner: (value) => value === 'basic' || value === 'enhanced',
  counts: isMap(isTime),
  completedAt: orNull(isTime),
  sourceUpdatedAt: orNull(isTime),
});
const isPortal = has({
  registries: isList(has({ endpoint: isText, slug: isText, provider: isText, apps: orNull(isTexts) })),
  apps: isTexts,
});
const isPulls = isList(
  has({
    at: isTime,
    action: isText,
    image: isText,
    status: isTime,
    ok: (value) => typeof value === 'boolean',
  }),
);
