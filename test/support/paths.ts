import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The repository's root; set by scripts/test.mjs, because tests run bundled from out/. */
export const root: string = process.env.WAYBILL_ROOT ?? process.cwd();

/** The shared facts beside the checkout, or null where the repository stands alone. */
export const shared: string | null =
  [process.env.WAYBILL_SHARED ?? join(root, '../shared')].find((path) => existsSync(path)) ?? null;
