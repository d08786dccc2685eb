import type { Knowledge } from '../knowledge/knowledge.ts';
import type { ReleaseContext } from '../release/context.ts';
import type { ReadUse } from '../release/reading.ts';

export interface DeployedImage {
  readonly image: string;
  readonly assumed: boolean;
  readonly pullSecret: string | null;
  readonly reason: string;
}
export function deployedOf(
  _read: ReadUse,
  _context: ReleaseContext,
  _knowledge: Knowledge,
): DeployedImage | null {
  return null;
}
