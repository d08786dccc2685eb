import { formatFloat } from '../../gotemplate/float.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'] as const;

/** A size for people, by thousands and with four digits (docker/go-units, size.go): `1.536MB`. */
export function humanSize(bytes: number): string {
  let [size, unit] = [bytes, 0];
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return formatFloat(size, 'g', 4) + units[unit];
}
