import { type CancellationToken, ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import {
  detailsOf,
  type ListedName,
  newestFirst,
  platformQuestions,
  repositoryDetail,
  tagDetail,
} from '../../core/features/listed-names.ts';
import { type PickableRegistry, pickableRegistries } from '../../core/features/pickable-registries.ts';
import { registriesOf } from '../../core/features/registries.ts';
import { Knowledge, type NameDetails, type NameList, type Question } from '../../core/knowledge/knowledge.ts';
import type { Server } from '../server.ts';

/** A list that was asked for, and why it is empty or cut short, where that is known. */
interface Picked<Item> {
  readonly items: readonly Item[];
  readonly complete: boolean;
  /** For people; null where the list is complete. */
  readonly reason: string | null;
}

interface PickedRepository extends Pick<NameDetails, 'at' | 'immutable'> {
  readonly name: string;
  /** What is known of it, in words; null where nothing is. */
  readonly detail: string | null;
}

interface PickedTag extends Pick<NameDetails, 'at' | 'digest' | 'size'> {
  readonly name: string;
  readonly detail: string | null;
  /** Null where they are not known. */
  readonly platforms: readonly string[] | null;
}

/** `waybill.registries`: the private ECR registries of all releases, those that are linked first. Asks nobody. */
export async function registries({ workspace }: Server): Promise<PickableRegistry[]> {
  for (const folder of workspace.folders) await folder.ready();
  return pickableRegistries(workspace.folders.map(({ snapshot }) => snapshot));
}

/**
 * `waybill.repositories`: the repositories of a registry, by name. Waits for the registry.
 * @throws ResponseError for arguments that name no host
 */
export async function repositories(
  server: Server,
  [host]: readonly unknown[],
  token: CancellationToken,
): Promise<Picked<PickedRepository>> {
  if (!isName(host)) throw missing('The host of a registry is needed.');
  await ask(server, [{ kind: 'repositories', host }], token);
  const list = knowledgeOf(server).repositories(host);
  const items = listed(list).map(({ name, details }) => ({
    name,
    ...(details?.at === undefined ? {} : { at: details.at }),
    ...(details?.immutable === undefined ? {} : { immutable: details.immutable }),
    detail: repositoryDetail(details),
  }));
  items.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { items, ...rest(server, host, list) };
}

/**
 * `waybill.tags`: the tags of a repository, the newest first, the newest with their platforms. Waits for the registry.
 * @throws ResponseError for arguments that name no repository
 */
export async function tags(
  server: Server,
  [host, repository]: readonly unknown[],
  token: CancellationToken,
): Promise<Picked<PickedTag>> {
  if (!isName(host) || !isName(repository))
    throw missing('The host of a registry and the name of a repository are needed.');
  const name = { host, repository };
  await ask(server, [{ kind: 'tags', repository: name }], token);
  const list = knowledgeOf(server).tags(name);
  const sorted = newestFirst(listed(list));
  await ask(server, platformQuestions(name, sorted), token);
  const knowledge = knowledgeOf(server);
  const items = sorted.map(({ name: tag, details }) => {
    const { at, digest, size } = details ?? {};
    return {
      name: tag,
      ...(at === undefined ? {} : { at }),
      ...(digest === undefined ? {} : { digest }),
      ...(size === undefined ? {} : { size }),
      platforms: digest === undefined ? null : (knowledge.platforms({ ...name, digest })?.value ?? null),
      detail: tagDetail(name, details, knowledge),
    };
  });
  return { items, ...rest(server, host, list) };
}

const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

const missing = (message: string): ResponseError<void> =>
  new ResponseError(ErrorCodes.InvalidParams, message);

async function ask(
  { questioner, workspace }: Server,
  questions: readonly Question[],
  token: CancellationToken,
): Promise<void> {
  // Who may be asked is said in the files.
  for (const folder of workspace.folders) await folder.ready();
  const cancelled = new AbortController();
  const listener = token.onCancellationRequested(() => cancelled.abort());
  try {
    if (!token.isCancellationRequested) await questioner.askNow(questions, cancelled.signal);
  } finally {
    listener.dispose();
  }
}

/** Every folder is told the same. */
const knowledgeOf = ({ workspace }: Server): Knowledge =>
  workspace.folders[0]?.snapshot.knowledge ?? Knowledge.none;

const listed = (list: NameList | null): ListedName[] =>
  (list?.names ?? []).map((name) => ({ name, details: detailsOf(list, name) }));

/** Whether a list is all, and if not, why: as the registry said it of this question, else of another. */
function rest(
  { workspace }: Server,
  host: string,
  list: NameList | null,
): { complete: boolean; reason: string | null } {
  if (list?.complete === true) return { complete: true, reason: null };
  if (list?.reason !== undefined) return { complete: false, reason: list.reason };
  if (list !== null && list.names.length > 0)
    return { complete: false, reason: 'There are more names than Waybill reads.' };
  const status = registriesOf(workspace.folders.map(({ snapshot }) => snapshot)).find(
    (each) => each.host === host && each.state !== 'ok',
  );
  return { complete: false, reason: status?.detail ?? `${host} gave no list.` };
}
