import { normalize } from '../../server/src/core/image/normal.ts';
import { parseReference } from '../../server/src/core/image/parse.ts';
import type { Answer, ImageName, ScanFindings, Verdict } from '../../server/src/core/knowledge/knowledge.ts';
import type { Said } from '../../server/src/core/rules/rule.ts';

export type SaidOfWorld = Readonly<Record<string, string | Said>>;

/** The digest of everything that exists here. */
const digest = `sha256:${'a'.repeat(64)}`;

/** The image that a reference names. */
export function imageName(reference: string): ImageName {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new Error(`${reference}: ${parsed.problem.message}`);
  const { domain, path, tag, digest } = normalize(parsed.reference);
  return { host: domain, repository: path, tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/**
 * Answers in short: `reference: 'exists'`, `reference: 'absent tag'`, `reference: 'denied'`, a repository with the list
 * of its tags, a registry's host with the list of its repositories, a reference with its platforms or with what its scan
 * found, or `vendor portal` with the endpoints that it has and the apps that they are for.
 */
export function answersOf(world: SaidOfWorld, checkedAt = 0): Answer[] {
  return Object.entries(world).flatMap(([name, said]): Answer | Answer[] => {
    if (typeof said === 'object' && !isList(said)) return richAnswers(name, said, checkedAt);
    if (typeof said !== 'string') {
      const list = { names: said, complete: true, checkedAt };
      const slash = name.indexOf('/');
      return slash === -1
        ? { kind: 'repositories', host: name, list }
        : {
            kind: 'tags',
            repository: { host: name.slice(0, slash), repository: name.slice(slash + 1) },
            list,
          };
    }
    const [status, detail] = said.split(' ') as [Verdict['status'], Verdict['detail'] | undefined];
    const verdict: Verdict = {
      status,
      detail: detail ?? null,
      digest: status === 'exists' ? digest : null,
      reason: `It is said to be ${said}.`,
      checkedAt,
      from: 'Test registry',
    };
    return { kind: 'image', image: imageName(name), verdict };
  });
}

const isList = (said: Said): said is readonly string[] => Array.isArray(said);

function richAnswers(
  name: string,
  said: Exclude<Said, string | readonly string[]>,
  checkedAt: number,
): Answer[] {
  const learnt = <T>(value: T) => ({ value, reason: '', checkedAt });
  if (name === 'vendor portal') {
    const linked = said as Readonly<Record<string, readonly string[]>>;
    const registries = Object.entries(linked).map(([endpoint, apps], i) => ({
      endpoint,
      slug: `linked-${i}`,
      provider: 'ecr',
      apps,
    }));
    return [
      { kind: 'linked', found: learnt({ registries, apps: [...new Set(Object.values(linked).flat())] }) },
    ];
  }
  const { host, repository } = imageName(name);
  const image = { host, repository, digest };
  const exists = answersOf({ [name]: 'exists' }, checkedAt);
  if ('platforms' in said)
    return [...exists, { kind: 'platforms', image, found: learnt(said.platforms as readonly string[]) }];
  const counts = said.findings as ScanFindings['counts'];
  const found = learnt<ScanFindings>({ scanner: 'basic', counts, completedAt: null, sourceUpdatedAt: null });
  return [...exists, { kind: 'findings', image, found }];
}
