import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, type Question, questionKey } from '../../core/knowledge/knowledge.ts';
import { givenAt } from '../../core/session/freshness.ts';
import { locked } from './lock.ts';
import { isWorthKeeping, readAnswer } from './stored.ts';

/** Whose answers: what one identity was told by one host. Neither is secret. */
export interface Shelf {
  readonly host: string;
  readonly identity: string;
}

/** What was answered, on a disk. Never throws: where it cannot read or write, it remembers less. */
export interface AnswerStore {
  /** The stored answers to these questions, by key; also old ones. */
  find(shelf: Shelf, questions: readonly Question[]): Promise<ReadonlyMap<string, Answer>>;
  /** Keeps what is worth keeping; it is written a little later. */
  put(shelf: Shelf, answers: readonly Answer[]): void;
  /** Forgets everything, on the disk too. */
  forget(): Promise<void>;
  /** Resolves when everything is written that could be. */
  flush(): Promise<void>;
}

export interface StoreOptions {
  /** Absolute. It is made when something is first written. */
  readonly folder: string;
  readonly log: (line: string) => void;
  /** Answers for each host and identity; the oldest go. */
  readonly maxEntries?: number;
  /** Bytes of all files; the files that were not written for the longest time go. */
  readonly maxBytes?: number;
  /** How long writes are gathered: milliseconds. */
  readonly gatherMs?: number;
}

/** Another version of the files' format is read as empty. */
const version = 1;
/** No file of ours is longer; a longer one is not read. */
const mostBytes = 32_000_000;

interface Entries {
  readonly answers: Map<string, Answer>;
  /** Which state of the file was read or written last; null where none was. */
  stamp: string | null;
  /** Keys of answers that are not on the disk yet. */
  readonly unwritten: Set<string>;
}

export function createAnswerStore(options: StoreOptions): AnswerStore {
  const { folder, log } = options;
  const { maxEntries = 20_000, maxBytes = 50_000_000, gatherMs = 10_000 } = options;
  const shelves = new Map<string, { readonly shelf: Shelf; readonly entries: Entries }>();
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let complained = false;

  const complain = (error: unknown): void => {
    if (!complained)
      log(`Answers cannot be kept in ${folder}: ${error instanceof Error ? error.message : error}`);
    complained = true;
  };
  const fileOf = ({ host, identity }: Shelf): string =>
    join(folder, `${createHash('sha256').update(`${host}\n${identity}`).digest('hex')}.json`);

  const entriesOf = (shelf: Shelf): Entries => {
    const file = fileOf(shelf);
    let known = shelves.get(file);
    if (known === undefined) {
      known = { shelf, entries: { answers: new Map(), stamp: null, unwritten: new Set() } };
      shelves.set(file, known);
    }
    return known.entries;
  };

  /** Takes over what another process wrote since. */
  const catchUp = async (shelf: Shelf, entries: Entries): Promise<void> => {
    const file = fileOf(shelf);
    try {
      const now = await stat(file);
      if (stampOf(now) === entries.stamp || now.size > mostBytes) return;
      for (const answer of answersIn(await readFile(file, 'utf8'), shelf)) keepNewer(entries.answers, answer);
      entries.stamp = stampOf(now);
    } catch {
      // Not there, not readable or not ours: then there is nothing to take over.
    }
  };

  const write = async (shelf: Shelf, entries: Entries): Promise<void> => {
    const file = fileOf(shelf);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const done = await locked(`${file}.lock`, async () => {
      await catchUp(shelf, entries);
      cut(entries.answers, maxEntries);
      const written = [...entries.unwritten];
      const text = JSON.stringify({ version, ...shelf, answers: [...entries.answers.values()] });
      const temporary = `${file}.${process.pid}.tmp`;
      try {
        await writeFile(temporary, text, { mode: 0o600 });
        await rename(temporary, file);
      } catch (error) {
        await unlink(temporary).catch(() => {});
        throw error;
      }
      entries.stamp = stampOf(await stat(file));
      for (const key of written) entries.unwritten.delete(key);
    });
    // Somebody else holds it for long: what is here is written with the next answers, or at the end.
    if (!done) log(`${file} is in use by another process; its answers are written later.`);
  };

  const writeAll = async (): Promise<void> => {
    const due = [...shelves.values()].filter(({ entries }) => entries.unwritten.size > 0);
    if (due.length === 0) return;
    try {
      for (const { shelf, entries } of due) await write(shelf, entries);
      await makeRoom(folder, maxBytes);
    } catch (error) {
      complain(error);
    }
  };

  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(writeAll);
    return writing;
  };

  return {
    async find(shelf, questions) {
      const entries = entriesOf(shelf);
      await catchUp(shelf, entries);
      const found = new Map<string, Answer>();
      for (const question of questions) {
        const key = questionKey(question);
        const answer = entries.answers.get(key);
        if (answer !== undefined) found.set(key, answer);
      }
      return found;
    },
    put(shelf, answers) {
      const entries = entriesOf(shelf);
      for (const answer of answers) {
        if (!isWorthKeeping(answer)) continue;
        const key = questionKey(answer);
        entries.answers.set(key, answer);
        entries.unwritten.add(key);
      }
      if (entries.unwritten.size === 0 || timer !== null) return;
      timer = setTimeout(() => void flush(), gatherMs);
      // Whoever ends flushes; a timer alone must not keep a process alive.
      timer.unref();
    },
    async forget() {
      await flush();
      shelves.clear();
      await rm(folder, { recursive: true, force: true }).catch(complain);
    },
    flush,
  };
}

/** A file is replaced as a whole, so that its inode tells two writes within one tick of the clock apart. */
const stampOf = ({ ino, mtimeMs, size }: Stats): string => `${ino} ${mtimeMs} ${size}`;

function keepNewer(answers: Map<string, Answer>, answer: Answer): void {
  const key = questionKey(answer);
  const known = answers.get(key);
  if (known === undefined || (givenAt(answer) ?? 0) > (givenAt(known) ?? 0)) answers.set(key, answer);
}

/** The answers in a file's text; none where it is not one of ours or of another shelf. */
function answersIn(text: string, { host, identity }: Shelf): Answer[] {
  try {
    const file: unknown = JSON.parse(text);
    if (typeof file !== 'object' || file === null) return [];
    const read = file as Record<string, unknown>;
    if (read.version !== version || read.host !== host || read.identity !== identity) return [];
    return Array.isArray(read.answers) ? read.answers.flatMap((answer) => readAnswer(answer) ?? []) : [];
  } catch {
    return [];
  }
}

/** Leaves the newest so many. */
function cut(answers: Map<string, Answer>, most: number): void {
  if (answers.size <= most) return;
  const oldest = [...answers].sort(([, a], [, b]) => (givenAt(a) ?? 0) - (givenAt(b) ?? 0));
  for (const [key] of oldest.slice(0, answers.size - most)) answers.delete(key);
}

/** Removes files until the rest is small enough, and what a process left behind that died while it wrote. */
async function makeRoom(folder: string, maxBytes: number): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path).catch(() => ({ size: 0, mtimeMs: Date.now() }));
      return { path, name, size, mtimeMs };
    }),
  );
  const minute = 60_000;
  for (const { path, name, mtimeMs } of files)
    if (!name.endsWith('.json') && Date.now() - mtimeMs > minute) await unlink(path).catch(() => {});
  const kept = files.filter(({ name }) => name.endsWith('.json')).sort((a, b) => a.mtimeMs - b.mtimeMs);
  let bytes = kept.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of kept) {
    if (bytes <= maxBytes) return;
    await unlink(path).catch(() => {});
    bytes -= size;
  }
}
