import type { Operation } from './call.ts';
import { invalidParameter } from './errors.ts';
import { requiredText } from './input.ts';

/** `PutAccountSetting`, for the one setting that changes what the registry does. */
export const putAccountSetting: Operation = ({ world, input }) => {
  const name = requiredText(input, 'name');
  const value = requiredText(input, 'value');
  if (name !== 'BLOB_MOUNTING' || (value !== 'ENABLED' && value !== 'DISABLED')) {
    throw invalidParameter(`The sandbox knows only the account setting BLOB_MOUNTING (ENABLED or DISABLED).`);
  }
  world.quirks.mount = value === 'ENABLED' ? 'referenced' : 'never';
  return { name, value };
};

export const getAccountSetting: Operation = ({ world, input }) => {
  const name = requiredText(input, 'name');
  if (name !== 'BLOB_MOUNTING') {
    throw invalidParameter(`The sandbox knows only the account setting BLOB_MOUNTING.`);
  }
  return { name, value: world.quirks.mount === 'never' ? 'DISABLED' : 'ENABLED' };
};
