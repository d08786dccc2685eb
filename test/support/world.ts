import { normalize } from '../../server/src/core/image/normal.ts';
import { parseReference } from '../../server/src/core/image/parse.ts';
import type { Answer, ImageName, Verdict } from '../../server/src/core/knowledge/knowledge.ts';

export type SaidOfWorld = Readonly<Record<string, string | readonly string[]>>;

/** The image that a reference names. */
export function imageName(reference: string): ImageName {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new Error(`${reference}: ${parsed.problem.message}`);
  const { domain, path, tag, digest } = normalize(parsed.reference);
  return { host: domain, repository: path, tag: tag ?? (digest === null ? 'latest' : null), digest };
}

/**
 * Answers in short: `reference: 'exists'`, `reference: 'absent tag'`, `reference: 'denied'`, a repository with the list
 * of its tags, or a registry's host with the list of its repositories.
 */
export function answersOf(world: SaidOfWorld, checkedAt = 0): Answer[] {
  return Object.entries(world).map(([name, said]): Answer => {
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
      digest: status === 'exists' ? `sha256:${'a'.repeat(64)}` : null,
      reason: `It is said to be ${said}.`,
      checkedAt,
      from: 'Test registry',
    };
    return { kind: 'image', image: imageName(name), verdict };
  });
}
