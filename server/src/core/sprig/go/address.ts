/** Whether a text is an IP address, of version 4 or 6. */
export function isAddress(value: string): boolean {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(value);
  if (four !== null) return four.slice(1).every((part) => Number(part) < 256 && !/^0\d/.test(part));
  return value.includes(':') && /^[0-9a-fA-F:.]+$/.test(value) && value.split('::').length <= 2;
}
